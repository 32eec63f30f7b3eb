/**
 * A run as an MLflow server knows it.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema } from "../../base/list_schemas.ts";
import { integerSchema, keyValuesSchema, textSchema, timeOrNullSchema } from "./answer_schemas.ts";
import { type DatasetUse, datasetUseSchema } from "./dataset.ts";
import { type LifecycleStage, lifecycleStageSchema } from "./experiment.ts";
import { type LoggedMetric, metricSchema } from "./metric.ts";

/** How far a run is. */
export type MlflowRunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";

/** What identifies a run and how it went. */
export interface RunInfo {
  /** 32 hexadecimal digits. */
  readonly runId: string;
  /** For people. */
  readonly runName: string;
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** How far it is. */
  readonly status: MlflowRunStatus;
  /** Milliseconds since 1970; null where it was not told. */
  readonly startTime: number | null;
  /** Milliseconds since 1970; null while it has no end. */
  readonly endTime: number | null;
  /** Where its artifacts are: what `artifacts` takes as root. */
  readonly artifactUri: string;
  /** Whether it is in the bin. */
  readonly lifecycleStage: LifecycleStage;
}

/** A logged model that a run made, and at which step. */
export interface ModelOutput {
  /** The logged model's. */
  readonly modelId: string;
  /** An epoch, or a batch. */
  readonly step: number;
}

/** A run with all that was logged. */
export interface MlflowRun {
  /** What identifies it and how it went. */
  readonly info: RunInfo;
  /** What was chosen for it. */
  readonly params: Readonly<Record<string, string>>;
  /** What else is known of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** The last of each metric. */
  readonly metrics: readonly LoggedMetric[];
  /** Data that it read; a search leaves them out. */
  readonly datasets: readonly DatasetUse[];
  /** Logged models that it read; a search leaves them out. */
  readonly modelInputs: readonly string[];
  /** Logged models that it made; a search leaves them out. */
  readonly modelOutputs: readonly ModelOutput[];
}

/** `info` of a run in an answer. */
export const runInfoSchema: v.GenericSchema<unknown, RunInfo> = v.pipe(
  v.object({
    run_id: v.string(),
    run_name: textSchema,
    experiment_id: v.string(),
    status: v.optional(
      v.picklist(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]),
      "RUNNING",
    ),
    start_time: timeOrNullSchema,
    end_time: timeOrNullSchema,
    artifact_uri: textSchema,
    lifecycle_stage: lifecycleStageSchema,
  }),
  v.transform((answer) => ({
    runId: answer.run_id,
    runName: answer.run_name,
    experimentId: answer.experiment_id,
    status: answer.status,
    startTime: answer.start_time,
    endTime: answer.end_time,
    artifactUri: answer.artifact_uri,
    lifecycleStage: answer.lifecycle_stage,
  })),
);

const modelOutputSchema = v.pipe(
  v.object({ model_id: v.string(), step: v.optional(integerSchema, 0) }),
  v.transform(({ model_id: modelId, step }) => ({ modelId, step })),
);

/** A run in an answer. */
export const runSchema: v.GenericSchema<unknown, MlflowRun> = v.pipe(
  v.object({
    info: runInfoSchema,
    data: v.optional(
      v.object({
        params: keyValuesSchema,
        tags: keyValuesSchema,
        metrics: listSchema(metricSchema),
      }),
      {},
    ),
    inputs: v.optional(
      v.object({
        dataset_inputs: listSchema(datasetUseSchema),
        model_inputs: listSchema(v.object({ model_id: v.string() })),
      }),
      {},
    ),
    outputs: v.optional(v.object({ model_outputs: listSchema(modelOutputSchema) }), {}),
  }),
  v.transform(({ info, data, inputs, outputs }) => ({
    info,
    ...data,
    datasets: inputs.dataset_inputs,
    modelInputs: inputs.model_inputs.map(({ model_id: modelId }) => modelId),
    modelOutputs: outputs.model_outputs,
  })),
);
