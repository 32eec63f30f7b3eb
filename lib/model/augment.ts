/**
 * Small changes to a picture that keep its meaning.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";

/** How to move a picture. */
export interface Shift {
  /** Of the picture. */
  readonly imageShape: ImageShape;
  /** Pixels to move down; below 0 is up. Smaller than the height. */
  readonly down: number;
  /** Pixels to move right; below 0 is left. Smaller than the width. */
  readonly right: number;
}

/**
 * Copies `image` into `target`, moved. What leaves the frame is lost, what
 * comes in is 0.
 *
 * @param image pixels `[height, width, channels]`.
 * @param target as long as `image`, and not overlapping it.
 */
export function copyShifted(image: Uint8Array, target: Uint8Array, shift: Shift): void {
  const [, width, channels] = shift.imageShape;
  const row = width * channels;
  const columns = shift.right * channels;
  const offset = shift.down * row + columns;
  target.fill(0);
  // One copy moves all the rows; what ran over a row's end into the next is wiped after it.
  if (offset >= 0) target.set(image.subarray(0, image.length - offset), offset);
  else target.set(image.subarray(-offset));
  const from = columns >= 0 ? 0 : row + columns;
  const to = columns >= 0 ? columns : row;
  for (let start = 0; start < image.length; start += row) {
    for (let i = start + from; i < start + to; i++) target[i] = 0;
  }
}
