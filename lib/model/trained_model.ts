/**
 * A trained network with everything needed to use it and to know it again.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import type { Layer } from "./layers.ts";
import type { EpochResult } from "./training_event.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** What is known of a model beside its weights. Plain JSON, stored as `model.json`. */
export interface ModelDescription {
  /** Of this description's form. */
  readonly schemaVersion: 1;
  /** The dataset it learned from. */
  readonly dataset: string;
  /** The only pictures it reads. */
  readonly imageShape: ImageShape;
  /** What its outputs mean, in order. */
  readonly classNames: readonly string[];
  /** As they were trained, with dropout. */
  readonly layers: readonly Layer[];
  /** Trainable numbers. */
  readonly parameterCount: number;
  /** Fewer epochs than asked for are in `history` when training stopped early. */
  readonly training: Omit<TrainingSettings, "layers"> & {
    readonly engine: string;
    readonly runtime: string;
    readonly threads: number;
    readonly trainCount: number;
    readonly validationCount: number;
  };
  /** Without the times it took: the same training gives the same bytes. */
  readonly history: readonly EpochResult[];
  /** The epoch whose weights these are: the best on the validation digits, or the last. */
  readonly bestEpoch: number;
}

/** A model that any ONNX runtime runs, and its description. */
export interface TrainedModel {
  /** Input `image` float32 `[batch, channels, height, width]` 0..1; output `probabilities` `[batch, classes]`. */
  readonly onnx: Uint8Array;
  /** Where it comes from. */
  readonly description: ModelDescription;
}
