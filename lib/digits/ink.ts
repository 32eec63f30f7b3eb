/**
 * The ink in a picture. Pure, and the same in a browser.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Plane } from "./luminance.ts";
import { fitPaper, type Paper } from "./paper.ts";
import { findShapes, type Shape } from "./shapes.ts";

/** How much ink there is, pixel by pixel (0 is paper, 1 is ink), and the box around it. */
export interface Ink extends Plane {
  /** The first column of the ink. */
  readonly left: number;
  /** The first row of the ink. */
  readonly top: number;
  /** The first column after the ink. */
  readonly right: number;
  /** The first row after the ink. */
  readonly bottom: number;
}

const leastContrast = 12; // of 255; fainter is the grain of paper

/**
 * Finds what was written, dark on light or light on dark. Specks are left out,
 * and so is what reaches in from the border beside a digit that does not.
 *
 * @param light 0..255.
 * @throws {DataError} when there is no ink.
 */
export function findInk(light: Plane): Ink {
  const paper = fitPaper(light);
  const floor = Math.max(leastContrast, 2 * paper.noise); // of the mean of nine pixels
  const [strokes] = [darkness(light, paper), lightness(light, paper)]
    .map((contrast) => findStrokes({ ...light, values: contrast }, floor))
    .sort((a, b) => b.mass - a.mass);
  const shapes = digitOf(findShapes(strokes!.mask, light.width));
  const ink = measureInk(light, strokes!, shapes.flatMap((shape) => shape.pixels), paper.noise);
  if (Math.max(ink.right - ink.left, ink.bottom - ink.top) < 5) { // a speck, or nothing
    throw noInk();
  }
  return ink;
}

/** What to throw for a picture that shows no digit. */
export function noInk(): DataError {
  return new DataError(
    "Cannot read a digit from the picture as no ink was found on it: " +
      "it must show one digit that stands out from the paper",
  );
}

/** How much darker than the paper: the share of its light that is missing, as ink in the shade is as dark as in the light. */
function darkness({ values }: Plane, { light }: Paper): Float32Array {
  const mean = light.reduce((sum, value) => sum + value, 0) / light.length;
  return values.map((value, i) => {
    const paper = Math.max(light[i]!, mean / 4, 1); // black paper has no light to miss
    return mean * (paper - value) / paper;
  });
}

function lightness({ values }: Plane, { light }: Paper): Float32Array {
  return values.map((value, i) => value - light[i]!);
}

/** Where there may be ink, by how far each pixel stands out from the paper in one direction, 0..255. */
interface Strokes {
  readonly contrast: Float32Array;
  /** The mean of each pixel's contrast and that of those around it. */
  readonly smooth: Float32Array;
  /** 1 where there may be ink. */
  readonly mask: Uint8Array;
  readonly mass: number;
}

function findStrokes(contrast: Plane, floor: number): Strokes {
  const smooth = blur(contrast);
  const peak = smooth.reduce((most, value) => Math.max(most, value), 0);
  const threshold = Math.max(floor, 0.3 * peak); // leaves out the lines of ruled paper
  const mask = new Uint8Array(smooth.length);
  let mass = 0;
  smooth.forEach((value, i) => {
    if (value <= threshold) return;
    mask[i] = 1;
    mass += value;
  });
  return { contrast: contrast.values, smooth, mask, mass };
}

function digitOf(shapes: readonly Shape[]): Shape[] {
  const sizeOf = (some: readonly Shape[]) =>
    some.reduce((most, shape) => Math.max(most, shape.size), 0);
  const inside = shapes.filter((shape) => !shape.touchesBorder);
  const candidates = sizeOf(inside) >= sizeOf(shapes) / 3 ? inside : shapes;
  return candidates.filter((shape) => shape.size >= sizeOf(candidates) / 6);
}

function measureInk(
  { width, height }: Plane,
  { contrast, smooth }: Strokes,
  pixels: readonly number[],
  noise: number,
): Ink {
  const peak = pixels.reduce((most, pixel) => Math.max(most, smooth[pixel]!), 0);
  const strong = pixels.filter((pixel) => smooth[pixel]! > 0.6 * peak)
    .map((pixel) => contrast[pixel]!).sort((a, b) => a - b);
  const full = strong[Math.floor(0.8 * strong.length)] ?? 0;
  const none = Math.min(2.5 * noise, full / 3);
  const values = new Float32Array(width * height);
  let left = width, top = height, right = 0, bottom = 0;
  for (const pixel of pixels) {
    const value = Math.min(1, Math.max(0, (contrast[pixel]! - none) / (full - none)));
    values[pixel] = value;
    if (value < 0.5) continue;
    const x = pixel % width, y = Math.floor(pixel / width);
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return { values, width, height, left, top, right, bottom };
}

/** The mean of each pixel and the up to eight around it: lone noisy pixels then count for little. */
function blur({ values, width, height }: Plane): Float32Array {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0, count = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          sum += values[v * width + u]!;
          count++;
        }
      }
      result[y * width + x] = sum / count;
    }
  }
  return result;
}
