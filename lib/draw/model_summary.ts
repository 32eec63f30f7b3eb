/**
 * A network as a table of text.
 *
 * @module
 */
import { summarizeLayers } from "../model/summary.ts";
import type { ModelDescription } from "../model/trained_model.ts";

/**
 * The layers as Keras's `model.summary()` lists them: each with the shape of its output and the
 * numbers it learns.
 *
 * @throws {RangeError} when the layers don't make a classifier of such images.
 */
export function modelSummary(
  { layers, imageShape, parameterCount }: Pick<
    ModelDescription,
    "layers" | "imageShape" | "parameterCount"
  >,
): string {
  const rows = [
    ["Layer", "Output shape", "Parameters"],
    ["input", shapeText(imageShape), "0"],
    ...summarizeLayers(layers, imageShape).map(({ name, outputShape, parameters }) => [
      name,
      shapeText(outputShape),
      parameters.toLocaleString("en-US"),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const [head, ...body] = rows.map(([layer, shape, parameters]) =>
    `${layer!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${
      parameters!.padStart(widths[2]!)
    }`
  );
  const rule = "─".repeat(head!.length);
  return [
    head,
    rule,
    ...body,
    rule,
    `Total parameters: ${parameterCount.toLocaleString("en-US")}, all trainable`,
    "",
  ].join("\n");
}

function shapeText(shape: readonly number[]): string {
  return `(any, ${shape.join(", ")})`;
}
