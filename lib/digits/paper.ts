/**
 * The light that the paper of a picture has, also under the ink. Pure, and the
 * same in a browser.
 *
 * @module
 */
import type { Plane } from "./luminance.ts";

/** What a picture would be without its ink. */
export interface Paper {
  /** Of each pixel, 0..255. */
  readonly light: Float32Array;
  /** Standard deviation of the paper's pixels around it: grain, noise, JPEG artefacts. */
  readonly noise: number;
}

const maxSamples = 4000; // more don't change the fit

/**
 * Fits a smooth surface, first to the border, which is mostly paper, then to
 * every pixel that is close to it.
 *
 * @param plane 0..255, of at least two pixels.
 */
export function fitPaper(plane: Plane): Paper {
  const border = sample(plane, Math.ceil(0.04 * Math.min(plane.width, plane.height)));
  const everywhere = sample(plane, Infinity);
  let noise = grainOf(plane);
  let surface = flatSurface(border, noise) ?? curvedSurface(border);
  for (let i = 0; i < 3; i++) {
    const reach = 3 * Math.max(2, noise);
    const paper = everywhere.filter((point) => Math.abs(strayOf(point, surface)) < reach);
    if (paper.length < everywhere.length / 10) break; // too little to be the paper
    surface = fit(paper, () => 1);
    noise = medianOf(paper.map((point) => Math.abs(strayOf(point, surface)))) / 0.6745; // of a normal distribution
  }
  const light = plane.values.map((_, pixel) => lightAt(surface, basisAt(plane, pixel)));
  return { light, noise };
}

/** Weights of 1, x, y, x², y² and xy: light from one side, and the fall-off of a lamp or a lens. */
type Surface = readonly number[];

interface Point {
  /** 1, x, y, x², y² and xy, where x and y go from -1 to 1. */
  readonly basis: readonly number[];
  readonly light: number;
}

function basisAt({ width, height }: Plane, pixel: number): number[] {
  const x = (2 * (pixel % width) + 1) / width - 1;
  const y = (2 * Math.floor(pixel / width) + 1) / height - 1;
  return [1, x, y, x * x, y * y, x * y];
}

function lightAt(surface: Surface, basis: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < surface.length; i++) sum += surface[i]! * basis[i]!;
  return sum;
}

function strayOf(point: Point, surface: Surface): number {
  return point.light - lightAt(surface, point.basis);
}

/** Evenly spread pixels among those less than `margin` from the border. */
function sample(plane: Plane, margin: number): Point[] {
  const { values, width, height } = plane;
  const pixels: number[] = [];
  for (let pixel = 0; pixel < values.length; pixel++) {
    const x = pixel % width, y = Math.floor(pixel / width);
    if (Math.min(x, y, width - 1 - x, height - 1 - y) < margin) pixels.push(pixel);
  }
  const count = Math.min(maxSamples, pixels.length);
  return Array.from({ length: count }, (_, i) => {
    const pixel = pixels[Math.floor(i * pixels.length / count)]!;
    return { basis: basisAt(plane, pixel), light: values[pixel]! };
  });
}

/** Standard deviation of the noise from pixel to pixel, whatever the picture shows. */
function grainOf({ values }: Plane): number {
  const count = Math.min(maxSamples, values.length - 1);
  const jumps = Array.from({ length: count }, (_, i) => {
    const pixel = Math.floor(i * (values.length - 1) / count);
    return Math.abs(values[pixel + 1]! - values[pixel]!);
  });
  return medianOf(jumps) / 0.954; // of the difference of two normal numbers
}

/** Paper of one shade, where nearly half of the border has that: a digit that fills its picture leaves as much. */
function flatSurface(border: readonly Point[], grain: number): Surface | undefined {
  const lights = border.map((point) => point.light).sort((a, b) => a - b);
  const spread = 6 * Math.max(2, grain);
  let most = 0, level = 0;
  for (let first = 0, last = 0; last < lights.length; last++) {
    while (lights[last]! - lights[first]! > spread) first++;
    if (last - first < most) continue;
    most = last - first + 1;
    level = lights[(first + last) >> 1]!;
  }
  return most > 0.45 * lights.length ? [level, 0, 0, 0, 0, 0] : undefined;
}

/** By least absolute deviations, so that ink on some of the border does no harm. */
function curvedSurface(border: readonly Point[]): Surface {
  let surface: Surface = [medianOf(border.map((point) => point.light)), 0, 0, 0, 0, 0];
  for (let i = 0; i < 8; i++) {
    surface = fit(border, (point) => 1 / Math.max(1, Math.abs(strayOf(point, surface))));
  }
  return surface;
}

/** The surface with the least weighted squares. */
function fit(points: readonly Point[], weightOf: (point: Point) => number): Surface {
  const rows = Array.from({ length: 6 }, () => new Array<number>(7).fill(0));
  for (const point of points) {
    const weight = weightOf(point);
    rows.forEach((row, i) => {
      const factor = weight * point.basis[i]!;
      for (let j = 0; j < 6; j++) row[j]! += factor * point.basis[j]!;
      row[6]! += factor * point.light;
    });
  }
  const ridge = 1e-4 * rows[0]![0]!; // a picture two pixels wide says nothing of x²
  for (let i = 1; i < 6; i++) rows[i]![i]! += ridge;
  return solve(rows);
}

/** Solves linear equations: a positive definite matrix with the right side as its last column. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  rows.forEach((pivot, i) => {
    for (const row of rows.slice(i + 1)) {
      const factor = row[i]! / pivot[i]!;
      for (let j = i; j <= n; j++) row[j]! -= factor * pivot[j]!;
    }
  });
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = solution.reduce((sum, value, j) => sum + value * rows[i]![j]!, 0);
    solution[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return solution;
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
