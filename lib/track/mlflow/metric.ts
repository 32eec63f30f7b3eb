/**
 * One number that a run logged, and how MLflow's JSON writes it.
 *
 * @module
 */
import * as v from "valibot";
import { countSchema, textOrNullSchema } from "./answer_schemas.ts";

/** One number that a run logged. */
export interface Metric {
  /** The metric's name. */
  readonly key: string;
  /** May be `NaN`, or infinite: MLflow keeps ±`1.7976931348623157e308` then. */
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** An epoch, or a batch; a 64-bit integer. */
  readonly step: number;
}

/** A metric that tells of what it is the measure. */
export interface MetricInput extends Metric {
  /** The logged model that was measured. */
  readonly modelId?: string;
  /** The data that it was measured on: a dataset input of the run. */
  readonly dataset?: { readonly name: string; readonly digest: string };
}

/** A metric as an answer has it. */
export interface LoggedMetric extends Metric {
  /** The logged model that was measured; null when none is told. */
  readonly modelId: string | null;
  /** The data that it was measured on; null when none is told. */
  readonly dataset: { readonly name: string; readonly digest: string } | null;
  /** The run that logged it; null where the answer does not say. */
  readonly runId: string | null;
}

/** JSON has no `NaN` and no infinities: MLflow reads and writes them as text. */
const valueSchema = v.optional(
  v.union([
    v.number(),
    v.pipe(v.picklist(["NaN", "Infinity", "-Infinity"]), v.transform(Number)),
  ]),
  0,
);

/** A metric in an answer. */
export const metricSchema: v.GenericSchema<unknown, LoggedMetric> = v.pipe(
  v.object({
    key: v.string(),
    value: valueSchema,
    timestamp: countSchema,
    step: countSchema,
    model_id: textOrNullSchema,
    dataset_name: textOrNullSchema,
    dataset_digest: textOrNullSchema,
    run_id: textOrNullSchema,
  }),
  v.transform((answer) => ({
    key: answer.key,
    value: answer.value,
    timestamp: answer.timestamp,
    step: answer.step,
    modelId: answer.model_id,
    dataset: answer.dataset_name !== null && answer.dataset_digest !== null
      ? { name: answer.dataset_name, digest: answer.dataset_digest }
      : null,
    runId: answer.run_id,
  })),
);

/** A metric as MLflow's JSON wants it. */
export function encodeMetric(metric: MetricInput): Readonly<Record<string, unknown>> {
  const { key, value, timestamp, step, modelId, dataset } = metric;
  return {
    key,
    value: Number.isFinite(value) ? value : String(value),
    timestamp,
    step,
    ...(modelId !== undefined && { model_id: modelId }),
    ...(dataset && { dataset_name: dataset.name, dataset_digest: dataset.digest }),
  };
}
