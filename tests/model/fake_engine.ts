/**
 * An engine small enough to be read at a glance: softmax regression with
 * momentum, and dropout on the pixels so that its generator matters.
 */
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { type ImageShape, imageSize } from "../../lib/digits/digits.ts";
import type {
  Batch,
  Classifier,
  Engine,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "../../lib/model/engine.ts";
import type { Layer } from "../../lib/model/layers.ts";

export const fakeEngine: Engine = {
  name: "fake",
  runtime: "fake 1",
  threads: 1,
  trainer(layers: readonly Layer[], options: TrainerOptions): Promise<Trainer> {
    const last = layers.at(-1)!;
    if (last.type !== "dense") throw new TypeError("The fake engine wants dense units at the end");
    return Promise.resolve(new FakeTrainer(last.units, options));
  },
  load(onnx: Uint8Array): Promise<Classifier> {
    const { imageShape, classes, weights } = JSON.parse(new TextDecoder().decode(onnx));
    if (!weights) throw new DataError("Cannot load the model as it is not a fake one");
    return Promise.resolve(new FakeClassifier(imageShape, classes, Float32Array.from(weights)));
  },
};

class FakeTrainer implements Trainer {
  readonly #shape: ImageShape;
  readonly #classes: number;
  readonly #weights: Float32Array;
  readonly #moment: Float32Array;
  readonly #random: Random;
  #steps = 0;

  constructor(classes: number, { imageShape, seed, state }: TrainerOptions) {
    this.#shape = imageShape;
    this.#classes = classes;
    this.#random = new Random(seed);
    const count = imageSize(imageShape) * classes;
    this.#weights = state?.vectors.weights?.slice() ??
      Float32Array.from({ length: count }, () => this.#random.uniform(-0.1, 0.1));
    this.#moment = state?.vectors.moment1?.slice() ?? new Float32Array(count);
    if (state) {
      this.#random.state = state.random;
      this.#steps = state.steps;
    }
  }

  step(batch: Batch, { learningRate }: { readonly learningRate: number }): Promise<StepResult> {
    const count = batch.labels.length;
    const size = imageSize(this.#shape);
    const pixels = Float32Array.from(
      batch.images,
      (pixel) => this.#random.uniform() < 0.1 ? 0 : pixel / 255,
    );
    const rows = probabilities(pixels, this.#weights, this.#classes);
    const gradient = new Float32Array(this.#weights.length);
    let loss = 0;
    let correct = 0;
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * this.#classes, (i + 1) * this.#classes);
      const label = batch.labels[i]!;
      loss -= Math.log(row[label]!) / count;
      if (row.indexOf(Math.max(...row)) === label) correct++;
      row[label]! -= 1;
      for (let p = 0; p < size; p++) {
        for (let c = 0; c < this.#classes; c++) {
          gradient[p * this.#classes + c]! += pixels[i * size + p]! * row[c]! / count;
        }
      }
    }
    for (let i = 0; i < gradient.length; i++) {
      this.#moment[i] = 0.9 * this.#moment[i]! + gradient[i]!;
      this.#weights[i]! -= learningRate * this.#moment[i]!;
    }
    this.#steps++;
    return Promise.resolve({ loss, correct });
  }

  save(): Promise<TrainerState> {
    return Promise.resolve({
      vectors: { weights: this.#weights.slice(), moment1: this.#moment.slice() },
      steps: this.#steps,
      random: this.#random.state,
    });
  }

  classifier(): Promise<Classifier> {
    return Promise.resolve(new FakeClassifier(this.#shape, this.#classes, this.#weights.slice()));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FakeClassifier implements Classifier {
  constructor(
    readonly imageShape: ImageShape,
    readonly classes: number,
    readonly weights: Float32Array,
  ) {}

  predict(images: Uint8Array | Float32Array): Promise<Float32Array> {
    const scale = images instanceof Uint8Array ? 255 : 1;
    const pixels = Float32Array.from(images, (pixel) => pixel / scale);
    return Promise.resolve(probabilities(pixels, this.weights, this.classes));
  }

  save(): Promise<Uint8Array> {
    const { imageShape, classes, weights } = this;
    const json = JSON.stringify({ imageShape, classes, weights: [...weights] });
    return Promise.resolve(new TextEncoder().encode(json));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function probabilities(pixels: Float32Array, weights: Float32Array, classes: number): Float32Array {
  const size = weights.length / classes;
  const rows = new Float32Array(pixels.length / size * classes);
  for (let i = 0; i * size < pixels.length; i++) {
    const row = rows.subarray(i * classes, (i + 1) * classes);
    for (let p = 0; p < size; p++) {
      for (let c = 0; c < classes; c++) {
        row[c]! += pixels[i * size + p]! * weights[p * classes + c]!;
      }
    }
    const highest = Math.max(...row);
    row.forEach((score, c) => row[c] = Math.exp(score - highest));
    const sum = row.reduce((total, value) => total + value);
    row.forEach((value, c) => row[c] = value / sum);
  }
  return rows;
}
