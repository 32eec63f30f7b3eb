/**
 * What the peers are asked, asked of ourselves: the same network, digits and batch sizes.
 *
 * @module
 */
import { Random } from "../../lib/base/random.ts";
import { type Digits, imageSize } from "../../lib/digits/digits.ts";
import { batchMaker } from "../../lib/model/batches.ts";
import type { Classifier, Engine, Trainer } from "../../lib/model/engine.ts";
import { conv2d, dense, dropout, type Layer, maxPooling2d } from "../../lib/model/layers.ts";
import { adam } from "../../lib/model/optimizers.ts";

/** The network that every peer has: the Keras example's, dropout included. */
export const NETWORK: readonly Layer[] = [
  conv2d(32, 3, { activation: "relu" }),
  maxPooling2d(2),
  conv2d(64, 3, { activation: "relu" }),
  maxPooling2d(2),
  dropout(0.5),
  dense(10),
];

/** That network as an ONNX model, as random as it begins: it takes as long as a trained one. */
export async function networkModel(engine: Engine, { imageShape }: Digits): Promise<Uint8Array> {
  const options = { imageShape, optimizer: adam(), batchSize: 1, seed: 1, emaMomentum: 0 };
  await using trainer = await engine.trainer(NETWORK, options);
  await using classifier = await trainer.classifier();
  return await classifier.save();
}

const WARM_UP_STEPS = 10;

/** Our engine with something to do. Disposing of it frees both networks. */
export class OwnMeasures implements AsyncDisposable {
  readonly #digits: Digits;
  readonly #batchSize: number;
  readonly #trainer: Trainer;
  readonly #classifier: Classifier;
  readonly #random = new Random(1);

  private constructor(digits: Digits, batchSize: number, trainer: Trainer, classifier: Classifier) {
    this.#digits = digits;
    this.#batchSize = batchSize;
    this.#trainer = trainer;
    this.#classifier = classifier;
  }

  /** Makes the networks and warms them up: nothing that happens for the first time is timed. */
  static async start(engine: Engine, digits: Digits, batchSize: number): Promise<OwnMeasures> {
    const { imageShape } = digits;
    const options = { imageShape, optimizer: adam(), batchSize, seed: 1, emaMomentum: 0 };
    const trainer = await engine.trainer(NETWORK, options);
    const own = new OwnMeasures(digits, batchSize, trainer, await trainer.classifier());
    await own.train(WARM_UP_STEPS * batchSize);
    return own;
  }

  /** Images/s while training on that many images: shuffling and gathering included. */
  async train(images: number): Promise<number> {
    const order = this.#random.shuffle(Uint32Array.from({ length: images }, (_, i) => i));
    const gather = batchMaker(this.#digits, {
      batchSize: this.#batchSize,
      shift: 0,
      random: this.#random,
    });
    const startedAt = performance.now();
    for (let from = 0; from < images; from += this.#batchSize) {
      const batch = gather(order.subarray(from, from + this.#batchSize));
      await this.#trainer.step(batch, { learningRate: 1e-3 });
    }
    return images / secondsSince(startedAt);
  }

  /** Images/s while predicting that many images in batches. */
  async predict(images: number, options: { readonly batchSize: number }): Promise<number> {
    const size = imageSize(this.#digits.imageShape);
    const startedAt = performance.now();
    for (let from = 0; from < images; from += options.batchSize) {
      const to = Math.min(from + options.batchSize, images);
      await this.#classifier.predict(this.#digits.images.subarray(from * size, to * size));
    }
    return images / secondsSince(startedAt);
  }

  /** Milliseconds that each of so many single predictions takes. */
  async latencies(images: number): Promise<readonly number[]> {
    const size = imageSize(this.#digits.imageShape);
    const times: number[] = [];
    for (let i = 0; i < images; i++) {
      const startedAt = performance.now();
      await this.#classifier.predict(this.#digits.images.subarray(i * size, (i + 1) * size));
      times.push(1000 * secondsSince(startedAt));
    }
    return times;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#classifier[Symbol.asyncDispose]();
    await this.#trainer[Symbol.asyncDispose]();
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
