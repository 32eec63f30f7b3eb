/**
 * Compiles a pipeline, runs it on Kubeflow, or runs it here: as the flags and the settings have it.
 *
 * @module
 */
import { UsageError } from "../../lib/base/errors.ts";
import type { CommandContext } from "./command.ts";
import type { KubeflowFlags, KubeflowJob } from "./kubeflow_job.ts";

/** The two ways in which a command may run. */
export interface Somewhere {
  /** What is compiled. */
  readonly job: () => Promise<KubeflowJob>;
  /** Runs on this machine; gives the exit code. */
  readonly here: () => Promise<number>;
}

/**
 * Compiling takes a tenth of a second: what only a run needs is loaded for a run.
 *
 * @returns the exit code.
 */
export async function runSomewhere(
  flags: KubeflowFlags,
  context: CommandContext,
  { job, here }: Somewhere,
): Promise<number> {
  if (flags["compile-only"]) {
    const { compileOnly } = await import("./compile_pipeline.ts");
    await compileOnly(await job(), flags, context);
    return 0;
  }
  if (flags.output !== undefined) {
    throw new UsageError("--output says where the compiled pipeline goes: add --compile-only");
  }
  const { isForKubeflow } = await import("./choose_runner.ts");
  if (!await isForKubeflow(flags)) return await here();
  const { pipelineOnKubeflow } = await import("./pipeline_on_kubeflow.ts");
  return await pipelineOnKubeflow(await job(), flags, context);
}
