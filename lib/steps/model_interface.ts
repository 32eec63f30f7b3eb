/**
 * What a trained model takes and gives, as a registry is told.
 *
 * @module
 */
import { type Digits, imageAt } from "../digits/digits.ts";
import type { ModelDescription } from "../model/trained_model.ts";
import type { ModelInterface } from "../pipeline/tracker.ts";

/**
 * The ports of the ONNX model, any number of pictures at once, and one picture as an example.
 *
 * @param digits the first is the example; without any it is a blank one.
 */
export function modelInterface(
  { imageShape, classNames }: Pick<ModelDescription, "imageShape" | "classNames">,
  digits: Digits,
): ModelInterface {
  const [height, width, channels] = imageShape;
  const pixels = imageAt(digits, 0);
  const ink = (row: number, column: number, channel: number) =>
    // Nine digits are all that it takes to tell float32 numbers apart.
    Number(
      Math.fround((pixels[(row * width + column) * channels + channel] ?? 0) / 255).toPrecision(9),
    );
  const planes = Array.from(
    { length: channels },
    (_, channel) =>
      Array.from(
        { length: height },
        (_, row) => Array.from({ length: width }, (_, column) => ink(row, column, channel)),
      ),
  );
  return {
    inputs: [{ name: "image", dtype: "float32", shape: [-1, channels, height, width] }],
    outputs: [{ name: "probabilities", dtype: "float32", shape: [-1, classNames.length] }],
    inputExample: [planes],
  };
}
