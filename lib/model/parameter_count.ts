/**
 * How large a network is.
 *
 * @module
 */
import { type ImageShape, imageSize } from "../digits/digits.ts";
import type { Layer } from "./layers.ts";
import { networkShape } from "./network_shape.ts";

/**
 * How many numbers these layers learn: kernels and biases.
 *
 * @throws {RangeError} when the layers don't make a classifier of such images.
 */
export function parameterCount(layers: readonly Layer[], imageShape: ImageShape): number {
  const shapes = [imageShape, ...networkShape(layers, imageShape)];
  const counts = layers.map((layer, i) => {
    const input = shapes[i]!;
    switch (layer.type) {
      case "conv2d":
        return (layer.kernelSize ** 2 * input[2] + 1) * layer.filters;
      case "dense":
        return (imageSize(input) + 1) * layer.units;
      case "maxPooling2d":
      case "dropout":
        return 0;
    }
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
