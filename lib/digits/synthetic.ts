/**
 * Handwritten digits made from strokes, for where real ones can't be had. A
 * network that has learned from these alone reads most of MNIST.
 *
 * @module
 */
import { Random } from "../base/random.ts";
import { centerByMass } from "./center.ts";
import { type Dataset, type Digits, type ImageShape, imageSize } from "./digits.ts";
import { learnHandwriting } from "./handwriting.ts";
import { rasterizeStrokes, type Stroke } from "./rasterize.ts";

/** How many digits to make, and which. Defaults: {@linkcode syntheticDefaults}. */
export interface SyntheticOptions {
  /** Digits to learn from. */
  readonly train?: number;
  /** Digits to be judged on. */
  readonly test?: number;
  /** Any integer; only its low 32 bits count. The same seed makes the same digits. */
  readonly seed?: number;
}

/** What {@linkcode syntheticDataset} makes when not told otherwise. More to learn from helps little. */
export const syntheticDefaults = { train: 30_000, test: 5_000, seed: 0 } as const;

const imageShape: ImageShape = [28, 28, 1];
const classNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const box = 20; // pixels along the longer side of the ink, as in MNIST

/**
 * Makes a dataset of digits like MNIST's, `[28, 28, 1]`, in a few seconds.
 *
 * @throws {RangeError} when a count is not a positive integer.
 * @example
 * ```ts
 * import { syntheticDataset } from "@fourdotinfinity/digits-recognizer";
 * const { train, test } = syntheticDataset({ train: 200, test: 50, seed: 7 });
 * console.assert(train.labels.length === 200);
 * console.assert(test.images.length === 50 * 28 * 28);
 * ```
 */
export function syntheticDataset(options: SyntheticOptions = {}): Dataset {
  return runToEnd(syntheticDatasetBatches(options));
}

/**
 * {@linkcode syntheticDataset} for a caller who has other things to do in between.
 *
 * @param batchSize digits to make before each pause; 500 take some 40 ms.
 * @returns a generator that yields how many digits it has just made, and in the end the dataset.
 * @throws {RangeError} when a count is not a positive integer.
 */
export function* syntheticDatasetBatches(
  options: SyntheticOptions & { readonly batchSize?: number } = {},
): Generator<number, Dataset> {
  const { train, test, seed, batchSize } = { ...syntheticDefaults, batchSize: 500, ...options };
  const seeds = new Random(seed);
  return {
    name: "synthetic",
    source: `made from pen strokes, seed ${seed}`,
    train: yield* generateDigitBatches(train, { seed: seeds.bits(), batchSize }),
    test: yield* generateDigitBatches(test, { seed: seeds.bits(), batchSize }),
  };
}

/**
 * Makes digits, each class as often as the others (or once more), in random order.
 *
 * @param options.seed as for {@linkcode syntheticDataset}. @default {0}
 * @param options.onProgress hears how many are made, now and then.
 * @throws {RangeError} when the count is not a positive integer.
 */
export function generateDigits(
  count: number,
  options: { readonly seed?: number; readonly onProgress?: (done: number) => void } = {},
): Digits {
  const { seed = 0, onProgress } = options;
  let done = 0;
  return runToEnd(generateDigitBatches(count, { seed }), (made) => onProgress?.(done += made));
}

/**
 * {@linkcode generateDigits} for a caller who has other things to do in between.
 *
 * @returns a generator that yields how many digits it has just made, and in the end all of them.
 * @throws {RangeError} when a count is not a positive integer.
 */
export function* generateDigitBatches(
  count: number,
  options: { readonly seed?: number; readonly batchSize?: number } = {},
): Generator<number, Digits> {
  const { seed = 0, batchSize = 500 } = options;
  for (const asked of [count, batchSize]) {
    if (!(Number.isSafeInteger(asked) && asked > 0)) {
      throw new RangeError(`Cannot make ${asked} digits: give a whole number from 1 on`);
    }
  }
  const random = new Random(seed);
  const writeDigit = learnHandwriting(box);
  const labels = random.shuffle(Uint8Array.from({ length: count }, (_, i) => i % 10));
  const images = new Uint8Array(count * imageSize(imageShape));
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    for (let i = start; i < end; i++) {
      const image = scan(writeDigit(labels[i]!, random), random);
      images.set(image, i * imageSize(imageShape));
    }
    yield end - start;
  }
  return { images, labels, imageShape, classNames };
}

/** A picture of the strokes, more or less sharp, placed as in MNIST. */
function scan(strokes: readonly Stroke[], random: Random): Uint8Array {
  const size = { width: box, height: box };
  const data = rasterizeStrokes(strokes, size, random.uniform(0.7, 1.3));
  return centerByMass({ ...size, data });
}

function runToEnd<T>(batches: Generator<number, T>, onBatch?: (made: number) => void): T {
  let step = batches.next();
  while (!step.done) {
    onBatch?.(step.value);
    step = batches.next();
  }
  return step.value;
}
