/**
 * Fine pens, made as broad as MNIST's. Pure, and the same in a browser.
 *
 * @module
 */
import type { Ink } from "./ink.ts";

/**
 * Widens strokes that are finer than `finest` pixels to that, lest they fade
 * when the picture is shrunk. Broader ink stays as it is.
 */
export function thicken(ink: Ink, finest: number): Ink {
  const radius = (finest - strokeWidth(ink)) / 2;
  if (radius < 0.25) return ink; // would change less than one pixel in four
  const { width, height } = ink;
  const reach = Math.ceil(radius);
  const values = ink.values.slice();
  ink.values.forEach((value, pixel) => {
    if (value < 0.2) return; // the soft edge of a stroke
    const x = pixel % width, y = Math.floor(pixel / width);
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        const cover = value * Math.min(1, radius + 0.5 - Math.hypot(u - x, v - y));
        values[v * width + u] = Math.max(values[v * width + u]!, cover);
      }
    }
  });
  return {
    values,
    width,
    height,
    left: Math.max(0, ink.left - reach),
    top: Math.max(0, ink.top - reach),
    right: Math.min(width, ink.right + reach),
    bottom: Math.min(height, ink.bottom + reach),
  };
}

/** In pixels, on average: the area of the strokes over half the length of their edges. */
function strokeWidth({ values, width }: Ink): number {
  let area = 0, edges = 0;
  values.forEach((value, i) => {
    area += value;
    if ((i + 1) % width !== 0) edges += Math.abs(values[i + 1]! - value);
    if (i + width < values.length) edges += Math.abs(values[i + width]! - value);
  });
  return edges === 0 ? Infinity : area / (edges / 2 * Math.PI / 4); // along rows and columns an edge is 4/π longer
}
