/**
 * What hangs together in a picture. Pure, and the same in a browser.
 *
 * @module
 */

/** Pixels of a mask that hang together, corners included. */
export interface Shape {
  /** Their indices. */
  readonly pixels: readonly number[];
  /** The longer side of the box around them. */
  readonly size: number;
  readonly touchesBorder: boolean;
}

/**
 * All shapes of a mask, in the order of their first pixels.
 *
 * @param mask row-major; what is not 0 belongs to a shape.
 */
export function findShapes(mask: Uint8Array, width: number): Shape[] {
  const unseen = mask.slice();
  const shapes: Shape[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (unseen[start] !== 0) shapes.push(takeShape(unseen, width, start));
  }
  return shapes;
}

function takeShape(unseen: Uint8Array, width: number, start: number): Shape {
  const height = unseen.length / width;
  const pixels = [start];
  unseen[start] = 0;
  let left = width, top = height, right = 0, bottom = 0;
  for (const pixel of pixels) { // grows while it is walked
    const x = pixel % width, y = Math.floor(pixel / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const next = v * width + u;
        if (unseen[next] === 0) continue;
        unseen[next] = 0;
        pixels.push(next);
      }
    }
  }
  return {
    pixels,
    size: Math.max(right - left, bottom - top) + 1,
    touchesBorder: left === 0 || top === 0 || right === width - 1 || bottom === height - 1,
  };
}
