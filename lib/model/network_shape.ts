/**
 * Checks a list of layers and tells what goes through it.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import type { Layer } from "./layers.ts";

/**
 * What comes out of each layer, as `[height, width, channels]`; a dense layer's
 * is `[1, 1, units]`.
 *
 * @throws {RangeError} when these layers don't make a classifier of such
 * images; the message names the place and the value.
 */
export function networkShape(layers: readonly Layer[], imageShape: ImageShape): ImageShape[] {
  imageShape.forEach((size, i) => checkInteger(`imageShape[${i}]`, size, 1));
  const shapes: ImageShape[] = [];
  let shape = imageShape;
  let flat = false;
  for (const [i, layer] of layers.entries()) {
    if (flat && (layer.type === "conv2d" || layer.type === "maxPooling2d")) {
      throw new RangeError(
        `Cannot build the network as layers[${i}] is ${layer.type} after a dense layer: ` +
          "move it before the first dense layer",
      );
    }
    shape = outputShape(layer, shape, `layers[${i}]`);
    flat ||= layer.type === "dense";
    shapes.push(shape);
  }
  checkLast(layers);
  return shapes;
}

function outputShape(layer: Layer, input: ImageShape, place: string): ImageShape {
  const [height, width, channels] = input;
  switch (layer.type) {
    case "conv2d": {
      checkInteger(`${place}.filters`, layer.filters, 1);
      checkInteger(`${place}.kernelSize`, layer.kernelSize, 1);
      checkOneOf(`${place}.padding`, layer.padding, ["valid", "same"]);
      checkOneOf(`${place}.activation`, layer.activation, ["linear", "relu"]);
      if (layer.padding === "same") return [height, width, layer.filters];
      checkFits(`${place}.kernelSize`, layer.kernelSize, input);
      const lost = layer.kernelSize - 1;
      return [height - lost, width - lost, layer.filters];
    }
    case "maxPooling2d":
      checkInteger(`${place}.poolSize`, layer.poolSize, 2);
      checkFits(`${place}.poolSize`, layer.poolSize, input);
      return [Math.floor(height / layer.poolSize), Math.floor(width / layer.poolSize), channels];
    case "dropout":
      if (!(layer.rate >= 0 && layer.rate < 1)) {
        refuse(`${place}.rate`, "from 0 up to, but not including, 1", layer.rate);
      }
      return input;
    case "dense":
      checkInteger(`${place}.units`, layer.units, 1);
      checkOneOf(`${place}.activation`, layer.activation, ["linear", "relu"]);
      return [1, 1, layer.units];
    default:
      return refuse(
        `${place}.type`,
        "conv2d, maxPooling2d, dropout or dense",
        (layer as { readonly type: unknown }).type,
      );
  }
}

function checkLast(layers: readonly Layer[]): void {
  const last = layers.at(-1);
  const place = `layers[${layers.length - 1}]`;
  if (last === undefined) refuse("layers", "one layer or more", layers);
  if (last.type !== "dense") refuse(`${place}.type`, "dense as it gives the scores", last.type);
  if (last.activation !== "linear") {
    refuse(`${place}.activation`, "linear as the loss does the softmax", last.activation);
  }
  // A label is one byte.
  if (last.units < 2 || last.units > 256) {
    refuse(`${place}.units`, "from 2 to 256 classes", last.units);
  }
}

function checkInteger(place: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    refuse(place, `an integer from ${least}`, value);
  }
}

function checkOneOf(place: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) refuse(place, known.join(" or "), value);
}

function checkFits(place: string, size: number, [height, width]: ImageShape): void {
  if (size > height || size > width) {
    refuse(place, `at most ${Math.min(height, width)} as its input is ${height} × ${width}`, size);
  }
}

function refuse(place: string, wanted: string, value: unknown): never {
  throw new RangeError(
    `Cannot build the network as ${place} must be ${wanted}: got ${JSON.stringify(value)}`,
  );
}
