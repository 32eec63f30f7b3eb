/**
 * The sweep on Kubeflow.
 *
 * @module
 */
import { sweepPipeline } from "../../lib/steps/sweep_pipeline.ts";
import type { KubeflowJob } from "./kubeflow_job.ts";
import { type SweepFlags, sweepParams } from "./sweep_options.ts";

/** What `deno task sweep` compiles, or runs on Kubeflow. */
export function sweepJob(flags: SweepFlags): KubeflowJob {
  const params = (dataset: string, mirrors: readonly string[]) =>
    sweepParams(flags, dataset, mirrors);
  return {
    pipeline: sweepPipeline,
    runName: `sweep-of-${params("", []).grid.length}`,
    params,
    defaults: params,
  };
}
