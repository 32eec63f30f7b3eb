/**
 * A model that a run logged, MLflow 3's own kind of thing.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema } from "../../base/list_schemas.ts";
import {
  keyValuesSchema,
  textOrNullSchema,
  textSchema,
  timeOrNullSchema,
} from "./answer_schemas.ts";
import { type LoggedMetric, metricSchema } from "./metric.ts";

/** Whether its files are all there. */
export type LoggedModelStatus =
  | "LOGGED_MODEL_PENDING"
  | "LOGGED_MODEL_READY"
  | "LOGGED_MODEL_UPLOAD_FAILED";

/** A model that a run logged. */
export interface LoggedModel {
  /** `m-` and 32 hexadecimal digits: `models:/<modelId>` names it everywhere in MLflow. */
  readonly modelId: string;
  /** For people; not unique. */
  readonly name: string;
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** Where its files are: what `artifacts` takes as root. */
  readonly artifactUri: string;
  /** Whether its files are all there. */
  readonly status: LoggedModelStatus;
  /** Such as `Agent`; empty where it was not told. */
  readonly modelType: string;
  /** The run that made it; null where it was not told. */
  readonly sourceRunId: string | null;
  /** What was chosen for it; they never change. */
  readonly params: Readonly<Record<string, string>>;
  /** What else is known of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** What was measured of it: metrics logged with its id. */
  readonly metrics: readonly LoggedMetric[];
  /** Milliseconds since 1970. */
  readonly creationTimestamp: number | null;
  /** Milliseconds since 1970. */
  readonly lastUpdatedTimestamp: number | null;
}

/** A logged model in an answer. */
export const loggedModelSchema: v.GenericSchema<unknown, LoggedModel> = v.pipe(
  v.object({
    info: v.object({
      model_id: v.string(),
      name: textSchema,
      experiment_id: v.string(),
      artifact_uri: textSchema,
      status: v.optional(
        v.picklist(["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"]),
        "LOGGED_MODEL_PENDING",
      ),
      model_type: textSchema,
      source_run_id: textOrNullSchema,
      tags: keyValuesSchema,
      creation_timestamp_ms: timeOrNullSchema,
      last_updated_timestamp_ms: timeOrNullSchema,
    }),
    data: v.optional(
      v.object({ params: keyValuesSchema, metrics: listSchema(metricSchema) }),
      {},
    ),
  }),
  v.transform(({ info, data }) => ({
    modelId: info.model_id,
    name: info.name,
    experimentId: info.experiment_id,
    artifactUri: info.artifact_uri,
    status: info.status,
    modelType: info.model_type,
    sourceRunId: info.source_run_id,
    params: data.params,
    tags: info.tags,
    metrics: data.metrics,
    creationTimestamp: info.creation_timestamp_ms,
    lastUpdatedTimestamp: info.last_updated_timestamp_ms,
  })),
);
