/**
 * From bytes at rest to what a network reads.
 *
 * @module
 */

const SCALE = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Pixels 0..255 as float32 0..1, each `byte / 255` rounded once.
 *
 * @param into where the values go, at least as long as `images`. @default {a new array}
 */
export function scaleImages(
  images: Uint8Array,
  into: Float32Array = new Float32Array(images.length),
): Float32Array {
  for (let i = 0; i < images.length; i++) into[i] = SCALE[images[i]!]!;
  return into;
}
