/**
 * Any picture of a digit, made into a digit the way MNIST was made. Pure, and
 * the same in a browser.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { findInk, type Ink, noInk } from "./ink.ts";
import { luminance, type Picture, type Plane } from "./luminance.ts";
import { thicken } from "./thicken.ts";

export type { Picture } from "./luminance.ts";

const side = 28; // of an MNIST digit
const box = 20; // the longer side of its ink
const middle = 14.5; // where its centre of mass is, on average: half a pixel past the middle
const finestStroke = 1.5; // 99 % of MNIST's digits are written more broadly
const workSide = 512; // of what pictures are shrunk to: enough where the digit fills a tenth of it

/**
 * Reads one handwritten digit off a picture of any size: dark on light or light
 * on dark, on paper of any shade, unevenly lit, noisy, anywhere in the picture.
 * As MNIST was made, the box around the ink is scaled to 20 pixels along its
 * longer side and placed with its centre of mass in the middle of 28×28. A
 * picture that is like that already keeps its pixels but for contrast.
 *
 * ```ts
 * import { digitFromPicture } from "@fourdotinfinity/digits-recognizer";
 *
 * // A one: a bar of black on white, 40×40 pixels of one byte.
 * const isInk = (x: number, y: number) => x > 8 && x < 13 && y > 4 && y < 35;
 * const data = Uint8Array.from({ length: 40 * 40 }, (_, i) => isInk(i % 40, i / 40) ? 0 : 255);
 *
 * const digit = digitFromPicture({ data, width: 40, height: 40 });
 * console.assert(digit[28 * 14 + 14] === 255); // in the middle now
 * ```
 *
 * @returns 28×28 pixels, row-major; 0 is paper and 255 is ink.
 * @throws {DataError} when the picture is blank, or too small to show a digit.
 * @throws {RangeError} when the data are not a picture of that width and height.
 */
export function digitFromPicture(picture: Picture): Uint8Array<ArrayBuffer> {
  const light = luminance(picture, workSide);
  const longest = Math.max(light.width, light.height);
  if (longest < 8 || light.values.length < 2 * longest) {
    throw new DataError(
      `Cannot read a digit from a picture of ${picture.width}×${picture.height} pixels: ` +
        "use one of at least 8×8 pixels",
    );
  }
  const found = findInk(light);
  const ink = isSheet(found) ? findInk(cropInto(light, found)) : found;
  const digit = placeInk(thicken(ink, finestStroke * longestSide(ink) / box));
  if (!digit.some((value) => value > 0)) throw noInk(); // faint noise, gone in the shrinking
  return digit;
}

function longestSide({ left, top, right, bottom }: Ink): number {
  return Math.max(right - left, bottom - top);
}

/** Whether what stands out fills all four corners of its box, which no digit does: paper on a table, say. */
function isSheet({ values, width, left, top, right, bottom }: Ink): boolean {
  const short = Math.min(right - left, bottom - top), long = Math.max(right - left, bottom - top);
  if (short < Math.max(16, long / 3)) return false; // a speck, or an upright 1
  const size = Math.ceil(short / 8);
  const isFilled = (x0: number, y0: number): boolean => {
    let sum = 0;
    for (let y = y0; y < y0 + size; y++) {
      for (let x = x0; x < x0 + size; x++) sum += values[y * width + x]!;
    }
    return sum > 0.6 * size * size;
  };
  return isFilled(left, top) && isFilled(right - size, top) &&
    isFilled(left, bottom - size) && isFilled(right - size, bottom - size);
}

/** What is within the box, without its edges. */
function cropInto(light: Plane, ink: Ink): Plane {
  const inset = Math.ceil(0.03 * longestSide(ink));
  const left = ink.left + inset, top = ink.top + inset;
  const width = ink.right - inset - left, height = ink.bottom - inset - top;
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * light.width + left;
    values.set(light.values.subarray(from, from + width), y * width);
  }
  return { values, width, height };
}

/** Scales and moves the ink to where MNIST has it; each pixel is the mean of the area that it covers. */
function placeInk(ink: Ink): Uint8Array<ArrayBuffer> {
  const centre = centreOfMass(ink);
  let scale = longestSide(ink) / box;
  let left = centre.x - middle * scale, top = centre.y - middle * scale;
  if (Math.abs(longestSide(ink) - box) <= 1) { // of that size already: keep its pixels
    scale = 1;
    left = Math.round(centre.x - middle);
    top = Math.round(centre.y - middle);
  }
  const steps = Math.ceil(scale);
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const x = left + scale * (i % side), y = top + scale * Math.floor(i / side);
    let sum = 0;
    for (let v = 0.5; v < steps; v++) {
      for (let u = 0.5; u < steps; u++) {
        sum += valueAt(ink, x + scale * u / steps, y + scale * v / steps);
      }
    }
    return Math.round(255 * sum / (steps * steps));
  });
}

/** Of what is within the box. */
function centreOfMass({ values, width, left, top, right, bottom }: Ink): { x: number; y: number } {
  let mass = 0, x = 0, y = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const value = values[row * width + column]!;
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  }
  return { x: x / mass, y: y / mass };
}

/** Between the centres of the four pixels around a point. */
function valueAt({ values, width, height }: Plane, x: number, y: number): number {
  const column = Math.floor(x - 0.5), row = Math.floor(y - 0.5);
  const right = x - 0.5 - column, down = y - 0.5 - row;
  const at = (u: number, v: number) =>
    u < 0 || v < 0 || u >= width || v >= height ? 0 : values[v * width + u]!;
  const above = (1 - right) * at(column, row) + right * at(column + 1, row);
  const below = (1 - right) * at(column, row + 1) + right * at(column + 1, row + 1);
  return (1 - down) * above + down * below;
}
