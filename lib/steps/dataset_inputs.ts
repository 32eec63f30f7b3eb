/**
 * The digits that a step reads, as a tracker's dataset.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import type { ArtifactInfo } from "../pipeline/artifact_store.ts";
import type { DatasetInput } from "../pipeline/tracker.ts";

/** Some of the digits of a dataset. */
export interface DigitsInput {
  /** The dataset's name. */
  readonly dataset: string;
  /** What they are for. */
  readonly context: DatasetInput["context"];
  /** Where they are, and their digest. */
  readonly info: ArtifactInfo;
  /** How many they are. */
  readonly count: number;
  /** Of each picture. */
  readonly imageShape: ImageShape;
}

const parts = { training: "train", validation: "validation", test: "test" } as const;

/** Digits as MLflow knows data: the digest is decided by their pixels and labels alone. */
export function datasetInput(
  { dataset, context, info, count, imageShape }: DigitsInput,
): DatasetInput {
  return {
    name: `${dataset}-${parts[context]}`,
    digest: digitsDigest(info),
    context,
    uri: info.uri,
    count,
    features: { name: "images", dtype: "uint8", shape: [count, ...imageShape] },
    targets: { name: "labels", dtype: "uint8", shape: [count] },
  };
}

/** As much of a digest as MLflow keeps. */
export function digitsDigest({ sha256 }: Pick<ArtifactInfo, "sha256">): string {
  return sha256.slice(0, 36);
}
