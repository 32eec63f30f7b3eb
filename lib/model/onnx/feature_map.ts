import type { GraphBuilder, Value } from "./graph_builder.ts";
import type { Area } from "./network_plan.ts";

/**
 * What flows between layers while training: float `[channels, height * width, batch]`.
 *
 * With the image innermost, a pixel's values for the whole batch lie side by
 * side. So a window of pixels is one `Gather` of long rows, a convolution is
 * one matrix product over all images, and a flattened map is a matrix as it is.
 */
export interface FeatureMap extends Area {
  readonly value: Value;
  readonly batchSize: number;
}

/** A layer in the graph. */
export interface LaidLayer {
  readonly output: FeatureMap;
  /** @param gradient of the loss, with respect to every value of `output`. */
  backward(gradient: Value): LayerGradients;
}

/** Gradients of the loss. */
export interface LayerGradients {
  /** With respect to the layer's parameters, in their order. */
  readonly parameters: readonly Value[];
  /** With respect to the layer's input. Only now it is added to the graph. */
  input(): Value;
}

/** The shape that every feature map's value has. */
export function mapDims({ channels, height, width, batchSize }: Omit<FeatureMap, "value">) {
  return [channels, height * width, batchSize] as const;
}

/**
 * The batch's pictures as a feature map of floats 0..1.
 *
 * @param images bytes `[batch, height * width * channels]`, row by row, channels innermost.
 * @param whole the pictures' size; `area` is what is wanted of them, from the top left.
 */
export function layInput(
  g: GraphBuilder,
  images: Value,
  whole: Area,
  area: Area,
  batchSize: number,
): FeatureMap {
  const { channels, height, width } = whole;
  const values = g.transpose(images, 1, 0);
  const wanted = Array.from({ length: channels }, (_, channel) => channel).flatMap((channel) =>
    windowPositions(area, (row, column) => (row * width + column) * channels + channel)
  );
  const isWhole = channels === 1 && wanted.length === height * width;
  const ordered = isWhole ? values : g.gather(values, wanted, 0);
  const value = g.divide(g.cast(ordered, "float"), g.scalar(255));
  const map = { ...area, batchSize };
  return { ...map, value: g.reshape(value, ...mapDims(map)) };
}

/** `place(row, column)` for every position of the area, row by row. */
export function windowPositions(
  { height, width }: Pick<Area, "height" | "width">,
  place: (row: number, column: number) => number,
): number[] {
  return Array.from(
    { length: height * width },
    (_, i) => place(Math.floor(i / width), i % width),
  );
}
