/**
 * How an MLflow run stands whose steps are pods that know nothing of each other.
 *
 * @module
 */
import type { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import type { MlflowRunStatus } from "../../lib/track/mlflow/run.ts";
import type { StepEnd } from "./pod_recording.ts";

/** How far a step is. */
export type StepState = StepEnd | "running";

const PREFIX = "kubeflow.step.";

/** One step's word on it. */
export interface SharedStatus {
  readonly runId: string;
  /** The step: the same in every attempt at it. */
  readonly work: string;
  readonly state: StepState;
  /** A clock in milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Tells how one step stands, as a tag of its own, and by the tags of all how the run does. Of two
 * that tell at the same time the later one sees both.
 */
export async function tellShared(
  { runs }: MlflowClient,
  { runId, work, state, now, signal }: SharedStatus,
): Promise<void> {
  await runs.setTags(runId, { [PREFIX + work]: state }, { signal });
  const run = await runs.get(runId, { signal });
  if (run === undefined) return;
  const status = statusOf(run.tags);
  if (status === run.info.status) return;
  await runs.update(runId, { status, ...status !== "RUNNING" && { endTime: now() } }, { signal });
}

/** Running while one step is; else it has failed where one has. */
export function statusOf(tags: Readonly<Record<string, string>>): MlflowRunStatus {
  const states = new Set(
    Object.entries(tags).flatMap(([key, state]) => key.startsWith(PREFIX) ? [state] : []),
  );
  if (states.has("running")) return "RUNNING";
  if (states.has("failed")) return "FAILED";
  return states.has("stopped") ? "KILLED" : "FINISHED";
}
