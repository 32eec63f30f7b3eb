/**
 * What trains and what predicts, whichever library computes.
 *
 * @module
 */
import type { RandomState } from "../base/random.ts";
import type { ImageShape } from "../digits/digits.ts";
import type { Layer } from "./layers.ts";

/** An optimizer and its settings, named and preset as in Keras. The learning rate comes with each step. */
export type Optimizer =
  | { readonly name: "sgd"; readonly momentum: number; readonly nesterov: boolean }
  | {
    readonly name: "rmsprop";
    readonly rho: number;
    readonly momentum: number;
    readonly epsilon: number;
  }
  | {
    readonly name: "adam";
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
  };

/** Pictures to learn from, already in the order they count. */
export interface Batch {
  /** Pixels 0..255, `[n, height, width, channels]`, `n` from 1 to the trainer's batch size. */
  readonly images: Uint8Array;
  /** One class index a picture, `[n]`. */
  readonly labels: Uint8Array;
}

/** What one step found, before it changed the weights. */
export interface StepResult {
  /** Mean cross-entropy over the batch, in nats. */
  readonly loss: number;
  /** How many pictures had the right class on top. */
  readonly correct: number;
}

/** Everything a trainer needs to go on as if it had never stopped. */
export interface TrainerState {
  /**
   * The name of each vector (`weights`, `moment1`, …) to its values.
   *
   * `weights` has layer after layer, kernel and then bias. The kernel of a
   * convolution is `[filters, channels, row, column]`, that of a dense layer
   * `[inputs, units]` with its inputs as `[channels, row, column]`.
   */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** Steps done so far (Adam's correction depends on it). */
  readonly steps: number;
  /** The generator behind dropout. */
  readonly random: RandomState;
}

/** What a trainer is made for. */
export interface TrainerOptions {
  /** Of the pictures it will learn from. */
  readonly imageShape: ImageShape;
  /** How weights change. */
  readonly optimizer: Optimizer;
  /** Pictures a step has at most. */
  readonly batchSize: number;
  /** Decides the first weights and the dropout. */
  readonly seed: number;
  /** Keras's `ema_momentum`: the classifier then has the moving average of the weights. 0 is off. */
  readonly emaMomentum: number;
  /** Goes on from here. */
  readonly state?: TrainerState;
}

/** A network that learns. Bit-identical for one machine, thread count and runtime version. */
export interface Trainer extends AsyncDisposable {
  /** Learns from one batch. */
  step(batch: Batch, options: { readonly learningRate: number }): Promise<StepResult>;
  /** A copy: later steps don't change it. */
  save(): Promise<TrainerState>;
  /** What it has learned so far, ready to predict. The caller disposes of it. */
  classifier(): Promise<Classifier>;
}

/** A network that predicts. */
export interface Classifier extends AsyncDisposable {
  /** Of the pictures it reads. */
  readonly imageShape: ImageShape;
  /** How many it tells apart. */
  readonly classes: number;
  /**
   * What the pictures are.
   * @param images `[n, height, width, channels]`: bytes 0..255, or floats 0..1.
   * @returns probabilities `[n, classes]`, each row's sum 1.
   */
  predict(images: Uint8Array | Float32Array): Promise<Float32Array>;
  /** The ONNX model: input `image` float32 `[batch, channels, height, width]` 0..1, output `probabilities` `[batch, classes]`. */
  save(): Promise<Uint8Array>;
}

/** A library that trains and predicts. */
export interface Engine {
  /** `onnx`, `onnx-wasm` or `tfjs-node`. */
  readonly name: string;
  /** The runtime and its version, such as `onnxruntime-node 1.30.0`: numbers may differ by it. */
  readonly runtime: string;
  /** Threads for one computation: numbers may differ by it. */
  readonly threads: number;
  /** A network with fresh weights, or with those of `options.state`. */
  trainer(layers: readonly Layer[], options: TrainerOptions): Promise<Trainer>;
  /** A saved network. @throws {DataError} when the bytes are not such a model. */
  load(onnx: Uint8Array): Promise<Classifier>;
}
