/**
 * Data that a run read, as MLflow describes it.
 *
 * @module
 */
import * as v from "valibot";
import type { TensorSpec } from "../../pipeline/tracker.ts";
import { keyValuesSchema, textOrNullSchema, textSchema } from "./answer_schemas.ts";
import { schemeOf } from "./artifact_path.ts";
import { encodeTensorSpecs } from "./signature.ts";

/** Data, and where it comes from. `source`, `schema` and `profile` are JSON in text. */
export interface Dataset {
  /** At most 500 characters. */
  readonly name: string;
  /** Decided by the data; at most 36 characters. */
  readonly digest: string;
  /** MLflow's word for where it is: `http`, `s3`, `local` … */
  readonly sourceType: string;
  /** Such as `{"uri": "s3://…"}`. */
  readonly source: string;
  /** Its columns or tensors; null when not told. */
  readonly schema: string | null;
  /** Its counts; null when not told. */
  readonly profile: string | null;
}

/** A dataset of a run. The tag `mlflow.data.context` says what it was read for. */
export interface DatasetUse {
  /** The data. */
  readonly dataset: Dataset;
  /** Of this use. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Two arrays of examples, as {@linkcode tensorDataset} takes them. */
export interface TensorDataset {
  /** At most 500 characters. */
  readonly name: string;
  /** Decided by the data; at most 36 characters. */
  readonly digest: string;
  /** Where it is. Its scheme decides what MLflow calls the source. */
  readonly uri: string;
  /** How many examples it has. */
  readonly count: number;
  /** One array of all examples, outermost first. */
  readonly features: TensorSpec;
  /** One array of all answers. */
  readonly targets: TensorSpec;
}

/** Arrays of features and targets, as `mlflow.data.from_numpy` describes them. */
export function tensorDataset(data: TensorDataset): Dataset {
  const { name, digest, uri, count, features, targets } = data;
  return {
    name,
    digest,
    ...describeSource(uri),
    schema: JSON.stringify({
      mlflow_tensorspec: {
        features: encodeTensorSpecs([features]),
        targets: encodeTensorSpecs([targets]),
      },
    }),
    profile: JSON.stringify({
      features_shape: [count, ...features.shape.slice(1)],
      targets_shape: [count, ...targets.shape.slice(1)],
    }),
  };
}

/** What MLflow calls the place, and how it writes it. */
function describeSource(uri: string): Pick<Dataset, "sourceType" | "source"> {
  const scheme = schemeOf(uri);
  const source = JSON.stringify(scheme.startsWith("http") ? { url: uri } : { uri });
  if (scheme.startsWith("http")) return { sourceType: "http", source };
  return { sourceType: scheme === "file" ? "local" : scheme, source };
}

/** A dataset of a run in an answer. */
export const datasetUseSchema: v.GenericSchema<unknown, DatasetUse> = v.pipe(
  v.object({
    dataset: v.object({
      name: textSchema,
      digest: textSchema,
      source_type: textSchema,
      source: textSchema,
      schema: textOrNullSchema,
      profile: textOrNullSchema,
    }),
    tags: keyValuesSchema,
  }),
  v.transform(({ dataset: { source_type: sourceType, ...dataset }, tags }) => ({
    dataset: { ...dataset, sourceType },
    tags,
  })),
);

/** A dataset of a run as MLflow's JSON wants it. */
export function encodeDatasetUse({ dataset, tags }: DatasetUse): Readonly<Record<string, unknown>> {
  const { sourceType, schema, profile, ...rest } = dataset;
  return {
    dataset: {
      ...rest,
      source_type: sourceType,
      ...(schema !== null && { schema }),
      ...(profile !== null && { profile }),
    },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}
