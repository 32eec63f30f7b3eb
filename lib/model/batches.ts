/**
 * Putting batches together.
 *
 * @module
 */
import type { Random } from "../base/random.ts";
import { type Digits, imageAt, imageSize } from "../digits/digits.ts";
import { copyShifted } from "./augment.ts";
import type { Batch } from "./engine.ts";

/** What batches are made of. */
export interface BatchOptions {
  /** The most pictures of one batch. */
  readonly batchSize: number;
  /** Moves each picture by up to this many pixels each way; 0 never moves any and draws nothing. */
  readonly shift: number;
  /** Draws the shifts. */
  readonly random: Random;
}

/**
 * A function that gathers the pictures at some indices into a batch. Each call
 * overwrites the batch before it: an epoch then leaves no garbage.
 */
export function batchMaker(
  digits: Digits,
  { batchSize, shift, random }: BatchOptions,
): (indices: Uint32Array) => Batch {
  const { imageShape } = digits;
  const size = imageSize(imageShape);
  const images = new Uint8Array(batchSize * size);
  const labels = new Uint8Array(batchSize);
  const move = () => random.integer(2 * shift + 1) - shift;

  return (indices) => {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      const image = imageAt(digits, index);
      labels[i] = digits.labels[index]!;
      if (shift === 0) images.set(image, i * size);
      else {
        const target = images.subarray(i * size, (i + 1) * size);
        copyShifted(image, target, { imageShape, down: move(), right: move() });
      }
    }
    return {
      images: images.subarray(0, indices.length * size),
      labels: labels.subarray(0, indices.length),
    };
  };
}
