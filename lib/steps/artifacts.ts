/**
 * What travels between the steps as files, one port maker for each kind.
 *
 * @module
 */
import { datasetCodec, digitsCodec } from "../digits/digits_codec.ts";
import type { Dataset, Digits } from "../digits/digits.ts";
import type { Evaluation } from "../digits/evaluation.ts";
import { evaluationCodec } from "../digits/evaluation_codec.ts";
import { decodeModel, encodeModel } from "../model/model_codec.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import {
  artifact,
  type ArtifactPort,
  artifacts,
  type ArtifactsPort,
  type Codec,
} from "../pipeline/port.ts";

const modelCodec: Codec<TrainedModel> = { encode: encodeModel, decode: decodeModel };

/** A whole dataset, as IDX files. */
export function datasetArtifact(description: string): ArtifactPort<Dataset> {
  return artifact(description, { codec: datasetCodec, schema: "system.Dataset" });
}

/** Labelled pictures, as `.npy` files. */
export function digitsArtifact(description: string): ArtifactPort<Digits> {
  return artifact(description, { codec: digitsCodec, schema: "system.Dataset" });
}

/** A trained network, as `model.onnx` and `model.json`. */
export function modelArtifact(description: string): ArtifactPort<TrainedModel> {
  return artifact(description, { codec: modelCodec, schema: "system.Model" });
}

/** Several trained networks. */
export function modelArtifacts(description: string): ArtifactsPort<TrainedModel> {
  return artifacts(description, { codec: modelCodec, schema: "system.Model" });
}

/** What an evaluation found, as `evaluation.json`. */
export function evaluationArtifact(description: string): ArtifactPort<Evaluation> {
  return artifact(description, { codec: evaluationCodec });
}
