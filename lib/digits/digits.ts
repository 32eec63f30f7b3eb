/**
 * Labelled pictures, as every stage passes them on.
 *
 * @module
 */
import { allocateNpy } from "./npy.ts";

/** Height and width in pixels, and channels (1 grey, 3 colour). */
export type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * Labelled pictures of one size. One byte a pixel at rest; a batch is scaled to
 * 0..1 float32 where it is used.
 */
export interface Digits {
  /** Pixels 0..255, row-major `[count, height, width, channels]`; in MNIST 0 is paper and 255 is ink. */
  readonly images: Uint8Array;
  /** One class index per picture, 0 up to `classNames.length - 1`. */
  readonly labels: Uint8Array;
  /** The same for every picture. */
  readonly imageShape: ImageShape;
  /** What each class index means, such as `"7"`. */
  readonly classNames: readonly string[];
}

/** A named dataset as it was published: what to learn from, and what to be judged on. */
export interface Dataset {
  /** `mnist`, `fashion-mnist`, `synthetic`, or `custom`. */
  readonly name: string;
  /** Where it came from, for people: a URL, a folder, or how it was made. */
  readonly source: string;
  /** To learn from. */
  readonly train: Digits;
  /** Never used to choose anything. */
  readonly test: Digits;
}

/** Bytes of one picture. */
export function imageSize([height, width, channels]: ImageShape): number {
  return height * width * channels;
}

/** One picture's pixels, as a view. */
export function imageAt(digits: Digits, index: number): Uint8Array {
  const size = imageSize(digits.imageShape);
  return digits.images.subarray(index * size, (index + 1) * size);
}

/** The pictures at these indices, in this order, as a copy. */
export function selectDigits(digits: Digits, indices: ArrayLike<number>): Digits {
  const size = imageSize(digits.imageShape);
  const images = allocateNpy([indices.length, ...digits.imageShape]); // as a step will store them
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    images.set(imageAt(digits, indices[i]!), i * size);
    labels[i] = digits.labels[indices[i]!]!;
  }
  return { ...digits, images, labels };
}
