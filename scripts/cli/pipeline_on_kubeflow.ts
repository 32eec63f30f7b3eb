/**
 * One of the digits' pipelines on a cluster.
 *
 * @module
 */
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { stepNames } from "../../lib/deploy/kubeflow/step_names.ts";
import { compileToIr } from "../../lib/pipeline/ir/compile_to_ir.ts";
import { kubeflowParams } from "../../lib/steps/kubeflow_params.ts";
import type { CommandContext } from "./command.ts";
import { compileForKubeflow } from "./compile_pipeline.ts";
import { readSettings } from "./environment.ts";
import type { KubeflowSummary } from "./kubeflow_outcome.ts";
import type { KubeflowFlags, KubeflowJob } from "./kubeflow_job.ts";
import { runOnKubeflow, watchOnKubeflow } from "./kubeflow_run.ts";
import { checkKubeflow, openKubeflow } from "../../lib/deploy/kubeflow/open_kubeflow.ts";
import { missedGate, resultLines } from "./pipeline_summary.ts";
import { sweepTable } from "./sweep_table.ts";

/**
 * Starts the pipeline and watches it, watches a run that is there already, or ends one: as the
 * flags have it.
 *
 * @returns the exit code.
 */
export async function pipelineOnKubeflow(
  job: KubeflowJob,
  flags: KubeflowFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal } = context;
  const settings = await readSettings(flags.settings);
  const { namespace, digitsHome, mnistMirrors = [] } = settings;
  const host = localHost({ cacheFolder: join(digitsHome, "downloads") });
  const client = await openKubeflow(settings, { host });
  terminal.say(`Running on Kubeflow, at ${client.url}`);
  if (flags.terminate !== undefined) {
    await checkKubeflow(client, { namespace, signal });
    const wasOn = await client.runs.terminate(flags.terminate, { signal });
    const link = client.runLink(flags.terminate);
    terminal.say(wasOn ? `Terminated ${link}` : `It was over already: ${link}`);
    return 0;
  }
  const { experiment } = flags;
  if (flags.follow !== undefined) {
    await checkKubeflow(client, { namespace, signal });
    // What the steps are called depends on no option.
    const steps = stepNames(compileToIr(job.pipeline, { image: "any", inImage: () => true }).spec);
    const watched = { client, context, experiment, params: {}, steps };
    return tell(await watchOnKubeflow(flags.follow, watched), flags, context);
  }
  const compiled = compileForKubeflow(job, flags, { ...settings, terminal });
  const { dataset, serving } = kubeflowParams({
    data: flags.data,
    image: flags.image ?? settings.image,
    pullPolicy: flags["pull-policy"],
  });
  await checkKubeflow(client, { namespace, signal });
  const summary = await runOnKubeflow(compiled, {
    client,
    context,
    name: job.runName,
    experiment,
    params: { ...job.params(dataset, mnistMirrors), serving },
    pipelineRoot: flags["pipeline-root"],
    serviceAccount: flags["service-account"],
  });
  return tell(summary, flags, context);
}

/** Says what it came to. @returns the exit code. */
function tell(
  summary: KubeflowSummary,
  { json }: KubeflowFlags,
  { terminal }: CommandContext,
): number {
  if (json) terminal.print(JSON.stringify(summary));
  for (const line of summary.trials ? sweepTable(summary.trials) : []) terminal.say(line);
  for (const line of resultLines(summary, terminal)) terminal.say(line);
  if (summary.error !== null) {
    terminal.say(`${terminal.style("error", "red")}: ${summary.error}`);
  }
  return summary.error !== null || missedGate(summary) ? 1 : 0;
}
