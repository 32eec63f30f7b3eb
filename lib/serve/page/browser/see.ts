/**
 * What the model gets to see of a sketch.
 *
 * @module
 */
import { digitFromPicture } from "../../../digits/picture.ts";
import { paintStrokes } from "./paint.ts";
import type { Sketch } from "./sketch.ts";
import { splitDigits } from "./split_digits.ts";
import type { Stroke } from "./stroke.ts";

const side = 140; // 5 × 28: a digit a quarter as high as the sheet still has more than its 20 pixels

/**
 * The digits of a sketch, from left to right, made as those that models learn from. A
 * picture is one digit.
 *
 * @returns 28×28 bytes each; 0 is paper and 255 is ink.
 * @throws {DataError} when there is too little to see.
 */
export function seeDigits({ strokes, picture }: Sketch): readonly Uint8Array[] {
  if (picture) return [digitFromPicture(picture)];
  return splitDigits(strokes).map((some) => digitFromPicture(pictureOf(some)));
}

function pictureOf(strokes: readonly Stroke[]): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  paintStrokes(context, strokes, { side, colour: "#000" });
  return context.getImageData(0, 0, side, side);
}
