/**
 * A network at a glance.
 *
 * @module
 */
import { type ImageShape, imageSize } from "../digits/digits.ts";
import type { Layer } from "./layers.ts";
import { networkShape } from "./network_shape.ts";

/** One layer, as Keras's `model.summary()` lists it. */
export interface LayerSummary {
  /** What it is and how it is set, such as `conv2d 32 × 3×3, relu`. */
  readonly name: string;
  /** `[height, width, channels]`, or `[units]` after a dense layer. */
  readonly outputShape: readonly number[];
  /** Trainable numbers: kernels and biases. */
  readonly parameters: number;
}

/**
 * Lists the layers with what comes out of each and how many numbers it learns.
 *
 * @throws {RangeError} when the layers don't make a classifier of such images.
 */
export function summarizeLayers(
  layers: readonly Layer[],
  imageShape: ImageShape,
): LayerSummary[] {
  const shapes = networkShape(layers, imageShape);
  let flat = false;
  return layers.map((layer, i) => {
    const input = shapes[i - 1] ?? imageShape, output = shapes[i]!;
    flat ||= layer.type === "dense";
    return {
      name: nameOf(layer),
      outputShape: flat ? [output[2]] : output,
      parameters: parametersOf(layer, input),
    };
  });
}

function nameOf(layer: Layer): string {
  switch (layer.type) {
    case "conv2d": {
      const { filters, kernelSize, padding, activation } = layer;
      const set = [`${filters} × ${kernelSize}×${kernelSize}`];
      if (padding !== "valid") set.push(padding);
      if (activation !== "linear") set.push(activation);
      return `conv2d ${set.join(", ")}`;
    }
    case "maxPooling2d":
      return `maxPooling2d ${layer.poolSize}×${layer.poolSize}`;
    case "dropout":
      return `dropout ${layer.rate}`;
    case "dense":
      return `dense ${layer.units}${layer.activation === "linear" ? "" : `, ${layer.activation}`}`;
  }
}

function parametersOf(layer: Layer, input: ImageShape): number {
  switch (layer.type) {
    case "conv2d":
      return (layer.kernelSize ** 2 * input[2] + 1) * layer.filters;
    case "dense":
      return (imageSize(input) + 1) * layer.units;
    case "maxPooling2d":
    case "dropout":
      return 0;
  }
}

/**
 * How many numbers these layers learn: kernels and biases.
 *
 * @throws {RangeError} when the layers don't make a classifier of such images.
 */
export function parameterCount(layers: readonly Layer[], imageShape: ImageShape): number {
  return summarizeLayers(layers, imageShape)
    .reduce((sum, { parameters }) => sum + parameters, 0);
}
