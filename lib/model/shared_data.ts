/**
 * Pictures on their way to another thread, without a copy for each.
 *
 * @module
 */
import type { Digits } from "../digits/digits.ts";
import type { TrainingData } from "./training_settings.ts";

/** The same data, its pixels in shared memory. Pixels that are there already are not copied. */
export function shareTrainingData({ train, validation }: TrainingData): TrainingData {
  return { train: shareDigits(train), ...(validation && { validation: shareDigits(validation) }) };
}

function shareDigits(digits: Digits): Digits {
  if (digits.images.buffer instanceof SharedArrayBuffer) return digits;
  const images = new Uint8Array(new SharedArrayBuffer(digits.images.length));
  images.set(digits.images);
  return { ...digits, images };
}

/** The memory of the pixels, to be handed over to another thread as it is. */
export function pixelBuffers({ train, validation }: TrainingData): ArrayBuffer[] {
  const buffers = [train, validation].map((digits) => digits?.images.buffer);
  return [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))];
}
