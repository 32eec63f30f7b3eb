/**
 * A run of Kubeflow Pipelines, as its server tells of it.
 *
 * @module
 */
import * as v from "valibot";
import type { JsonValue } from "../../pipeline/port.ts";
import { listSchema } from "../../base/list_schemas.ts";
import {
  errorSchema,
  recordSchema,
  textOrNullSchema,
  textSchema,
  timeOrNullSchema,
} from "./answer_schemas.ts";

/** How far something is: `""` before anything is known of it. Others may come with later servers. */
export type RuntimeState =
  | "PENDING"
  | "RUNNING"
  | "SUCCEEDED"
  | "SKIPPED"
  | "FAILED"
  | "CANCELING"
  | "CANCELED"
  | "PAUSED"
  | (string & Record<never, never>);

/** One node of the workflow that carries a run out: a step's, or one of the machinery's. */
export interface RunNode {
  /** Such as `train`, `train-driver`, `executor` or `executor(0)`. */
  readonly name: string;
  /** How far it is. */
  readonly state: RuntimeState;
  /** Milliseconds since 1970; null before it. */
  readonly startedAt: number | null;
  /** Milliseconds since 1970; null before it. */
  readonly endedAt: number | null;
}

/** One execution of a pipeline. */
export interface KubeflowRun {
  /** The server's. */
  readonly runId: string;
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** For people; need not be unique. */
  readonly displayName: string;
  /** For people. */
  readonly description: string;
  /** How far it is. */
  readonly state: RuntimeState;
  /** Whether it was put away. */
  readonly archived: boolean;
  /** Why it failed, where Kubeflow says so; else null. */
  readonly error: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number | null;
  /** Milliseconds since 1970; null while it runs. */
  readonly finishedAt: number | null;
  /** What it was started with, without defaults. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** The account of its pods. */
  readonly serviceAccount: string;
  /** What made it; null where somebody did. */
  readonly recurringRunId: string | null;
  /** What became of the nodes of its workflow; a list of runs leaves them out. */
  readonly nodes: readonly RunNode[];
}

const stateSchema = v.pipe(
  textSchema,
  v.transform((state): RuntimeState => state === "RUNTIME_STATE_UNSPECIFIED" ? "" : state),
);

const nodeSchema: v.GenericSchema<unknown, RunNode> = v.pipe(
  v.object({
    display_name: textSchema,
    state: stateSchema,
    start_time: timeOrNullSchema,
    end_time: timeOrNullSchema,
  }),
  v.transform(({ display_name, state, start_time, end_time }) => ({
    name: display_name,
    state,
    startedAt: start_time,
    endedAt: end_time,
  })),
);

/** A run in an answer. */
export const runSchema: v.GenericSchema<unknown, KubeflowRun> = v.pipe(
  v.object({
    run_id: v.string(),
    experiment_id: textSchema,
    display_name: textSchema,
    description: textSchema,
    state: stateSchema,
    storage_state: textSchema,
    error: errorSchema,
    created_at: timeOrNullSchema,
    finished_at: timeOrNullSchema,
    service_account: textSchema,
    recurring_run_id: textOrNullSchema,
    runtime_config: v.optional(v.object({ parameters: recordSchema })),
    run_details: v.optional(v.object({ task_details: listSchema(nodeSchema) })),
  }),
  v.transform((answer) => ({
    runId: answer.run_id,
    experimentId: answer.experiment_id,
    displayName: answer.display_name,
    description: answer.description,
    state: answer.state,
    archived: answer.storage_state === "ARCHIVED",
    error: answer.error,
    createdAt: answer.created_at,
    finishedAt: answer.finished_at,
    parameters: answer.runtime_config?.parameters ?? {},
    serviceAccount: answer.service_account,
    recurringRunId: answer.recurring_run_id,
    nodes: answer.run_details?.task_details ?? [],
  })),
);

/** Whether nothing comes after this state; one that was terminated ends as `FAILED`. */
export function isFinal(state: RuntimeState): boolean {
  return ["SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"].includes(state);
}
