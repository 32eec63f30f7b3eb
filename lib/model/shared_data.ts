/**
 * Pictures that several threads read without each having a copy.
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
