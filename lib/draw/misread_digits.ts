/**
 * The digits that were misread, as a picture.
 *
 * @module
 */
import { concatBytes } from "../base/bytes.ts";
import type { Evaluation } from "../digits/evaluation.ts";
import { digitGridPng } from "./digit_grid.ts";

/**
 * Draws the surest mistakes, each with what it is and what it was read as.
 *
 * @returns a PNG file; `undefined` when nothing was misread.
 * @throws {UnavailableError} when Skia does not load.
 */
export async function misreadDigitsPng(
  { mistakes, classNames, imageShape }: Pick<
    Evaluation,
    "mistakes" | "classNames" | "imageShape"
  >,
): Promise<Uint8Array | undefined> {
  if (mistakes.length === 0) return undefined;
  const isWordy = classNames.some(({ length }) => length > 3);
  const digits = {
    images: concatBytes(mistakes.map(({ image }) => Uint8Array.fromBase64(image))),
    labels: Uint8Array.from(mistakes, ({ label }) => label),
    imageShape,
    classNames,
  };
  return await digitGridPng(digits, {
    columns: isWordy ? 6 : 10,
    scale: Math.max(1, Math.round(84 / imageShape[1])),
    captions: mistakes.map(({ label, predicted }) =>
      `${classNames[label]}${isWordy ? "\n" : " "}read as ${classNames[predicted]}`
    ),
  });
}
