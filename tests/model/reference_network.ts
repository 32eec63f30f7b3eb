/**
 * A slow and obvious network in float64, to judge the engines by. It shares no
 * code with them; it knows only the layers and the order of the weights.
 */
import type { ImageShape } from "../../lib/digits/digits.ts";
import type { Layer } from "../../lib/model/layers.ts";

/** One image's values between two layers; `values[channel][row][column]`. */
type Map3 = number[][][];

/** What a dropout layer multiplies a value by; `layer` is the position in the list of layers. */
export type Keep = (
  layer: number,
  image: number,
  channel: number,
  row: number,
  column: number,
) => number;

export interface ReferenceBatch {
  /** Bytes `[n, height, width, channels]`. */
  readonly images: Uint8Array;
  readonly labels: ArrayLike<number>;
}

/**
 * The scores of each image before softmax.
 *
 * @param weights layer after layer: kernel `[filters, channels, size, size]` or `[inputs, units]`, then bias
 */
export function referenceScores(
  layers: readonly Layer[],
  imageShape: ImageShape,
  weights: ArrayLike<number>,
  images: Uint8Array,
  keep: Keep = () => 1,
): number[][] {
  const [height, width, channels] = imageShape;
  const size = height * width * channels;
  return Array.from({ length: images.length / size }, (_, image) => {
    let x = map(
      channels,
      height,
      width,
      (c, i, j) => images[image * size + (i * width + j) * channels + c]! / 255,
    );
    let at = 0;
    const next = () => weights[at++]!;
    for (const [l, layer] of layers.entries()) {
      switch (layer.type) {
        case "conv2d":
          x = conv2d(x, layer, next);
          break;
        case "maxPooling2d":
          x = maxPooling2d(x, layer.poolSize);
          break;
        case "dropout": {
          const before = x;
          x = map(
            x.length,
            x[0]!.length,
            x[0]![0]!.length,
            (c, i, j) => before[c]![i]![j]! * keep(l, image, c, i, j),
          );
          break;
        }
        case "dense":
          x = dense(x, layer, next);
          break;
      }
    }
    return x.map((channel) => channel[0]![0]!);
  });
}

/** Mean cross-entropy over the batch, in nats. */
export function referenceLoss(
  layers: readonly Layer[],
  imageShape: ImageShape,
  weights: ArrayLike<number>,
  { images, labels }: ReferenceBatch,
  keep?: Keep,
): number {
  const scores = referenceScores(layers, imageShape, weights, images, keep);
  const losses = scores.map((row, image) => -Math.log(softmax(row)[labels[image]!]!));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Probabilities from scores. */
export function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / sum);
}

/** The slope of `f` along each of the coordinates, by central differences. */
export function finiteDifferences(
  f: (x: Float64Array) => number,
  x: Float64Array,
  step = 1e-6,
): Float64Array {
  return x.map((value, i) => {
    const at = (moved: number) => {
      const y = x.slice();
      y[i] = moved;
      return f(y);
    };
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}

function conv2d(x: Map3, layer: Extract<Layer, { type: "conv2d" }>, next: () => number): Map3 {
  const { filters, kernelSize: k } = layer;
  const [channels, height, width] = [x.length, x[0]!.length, x[0]![0]!.length];
  const kernels = Array.from({ length: filters }, () => map(channels, k, k, next));
  const biases = Array.from({ length: filters }, next);
  const same = layer.padding === "same";
  const before = same ? Math.floor((k - 1) / 2) : 0;
  const lost = same ? 0 : k - 1;
  return map(filters, height - lost, width - lost, (f, i, j) => {
    let sum = biases[f]!;
    for (let c = 0; c < channels; c++) {
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          sum += kernels[f]![c]![a]![b]! * (x[c]![i + a - before]?.[j + b - before] ?? 0);
        }
      }
    }
    return activate(sum, layer.activation);
  });
}

function maxPooling2d(x: Map3, size: number): Map3 {
  const [height, width] = [x[0]!.length, x[0]![0]!.length];
  return map(x.length, Math.floor(height / size), Math.floor(width / size), (c, i, j) => {
    let max = -Infinity;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) max = Math.max(max, x[c]![i * size + a]![j * size + b]!);
    }
    return max;
  });
}

function dense(x: Map3, layer: Extract<Layer, { type: "dense" }>, next: () => number): Map3 {
  const flat = x.flat(2);
  const sums = new Array<number>(layer.units).fill(0);
  for (const value of flat) {
    for (let unit = 0; unit < layer.units; unit++) sums[unit]! += value * next();
  }
  return map(layer.units, 1, 1, (unit) => activate(sums[unit]! + next(), layer.activation));
}

function activate(value: number, activation: "linear" | "relu"): number {
  return activation === "relu" ? Math.max(0, value) : value;
}

function map(
  channels: number,
  height: number,
  width: number,
  value: (channel: number, row: number, column: number) => number,
): Map3 {
  return Array.from(
    { length: channels },
    (_, c) =>
      Array.from(
        { length: height },
        (_, i) => Array.from({ length: width }, (_, j) => value(c, i, j)),
      ),
  );
}
