/**
 * What the nodes of a run in this process share.
 *
 * @module
 */
import type { Frame } from "./frame.ts";
import type { End, LocalSteps, StepEntry } from "./local_steps.ts";
import type { StepLog } from "./step_log.ts";
import { stepNames } from "./step_names.ts";
import type { StepRunnerOptions } from "./step_runner.ts";
import type { PipelineNode } from "./task.ts";

/** What all nodes of a run share. */
export interface RunParts {
  readonly steps: LocalSteps;
  readonly options: StepRunnerOptions;
  /** Stops tasks that run at the end of a group; everything else has been stopped before. */
  readonly exitSignal: AbortSignal;
  /** Runs nodes that are beside each other; never rejects. */
  runNodes(nodes: readonly PipelineNode[], place: Place): Promise<End>;
}

/** Where a node runs. */
export interface Place {
  /** What it sees. */
  readonly frame: Frame;
  /** Where its steps are recorded. */
  readonly log: StepLog<StepEntry>;
}

/** How a group ended, by how its nodes did: one that was skipped does not make it incomplete. */
export function together(ends: readonly End[]): End {
  if (ends.includes("failed")) return "failed";
  return ends.includes("stopped") ? "stopped" : "succeeded";
}

/** Records that nodes do not run. */
export async function skipNodes(
  nodes: readonly PipelineNode[],
  { frame, log }: Place,
  { steps }: RunParts,
): Promise<End> {
  const names = nodes.flatMap((node) => stepNames(node, (id) => frame.name(id)));
  await Promise.all(names.map((name) => steps.skip(name, log.part())));
  return steps.signal.aborted ? "stopped" : "skipped";
}
