/**
 * An experiment: a named group of runs.
 *
 * @module
 */
import * as v from "valibot";
import { keyValuesSchema, textSchema, timeOrNullSchema } from "./answer_schemas.ts";

/** Whether something is there or in MLflow's bin. */
export type LifecycleStage = "active" | "deleted";

/** Which of them a search is after. */
export type LifecycleView = "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";

/** A named group of runs. */
export interface Experiment {
  /** The server's, an integer as text. */
  readonly experimentId: string;
  /** Unique on the server. */
  readonly name: string;
  /** Where its artifacts are. */
  readonly artifactLocation: string;
  /** Whether it is in the bin. */
  readonly lifecycleStage: LifecycleStage;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly creationTime: number | null;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly lastUpdateTime: number | null;
  /** For people and searches. */
  readonly tags: Readonly<Record<string, string>>;
}

/** `lifecycle_stage` in an answer. */
export const lifecycleStageSchema = v.optional(v.picklist(["active", "deleted"]), "active");

/** An experiment in an answer. */
export const experimentSchema: v.GenericSchema<unknown, Experiment> = v.pipe(
  v.object({
    experiment_id: v.string(),
    name: textSchema,
    artifact_location: textSchema,
    lifecycle_stage: lifecycleStageSchema,
    creation_time: timeOrNullSchema,
    last_update_time: timeOrNullSchema,
    tags: keyValuesSchema,
  }),
  v.transform((answer) => ({
    experimentId: answer.experiment_id,
    name: answer.name,
    artifactLocation: answer.artifact_location,
    lifecycleStage: answer.lifecycle_stage,
    creationTime: answer.creation_time,
    lastUpdateTime: answer.last_update_time,
    tags: answer.tags,
  })),
);
