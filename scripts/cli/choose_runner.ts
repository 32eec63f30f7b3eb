/**
 * Where a pipeline runs.
 *
 * @module
 */
import { readSettings } from "./environment.ts";
import type { KubeflowFlags } from "./kubeflow_job.ts";

/** Whether it is on Kubeflow. @throws {UsageError} when the settings can't be used. */
export async function isForKubeflow(flags: KubeflowFlags): Promise<boolean> {
  const { runner, follow, terminate } = flags;
  if (follow !== undefined || terminate !== undefined) return true;
  if (runner !== "auto") return runner === "kubeflow";
  return (await readSettings(flags.settings)).kubeflow !== undefined;
}
