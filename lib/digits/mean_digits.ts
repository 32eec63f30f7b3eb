/**
 * What the pictures of a class have in common.
 *
 * @module
 */
import { type Digits, imageAt, imageSize } from "./digits.ts";

/**
 * The mean of the pictures of each class, as pictures: one of every class that there is, in the
 * order of the classes.
 */
export function meanDigits(digits: Digits): Digits {
  const size = imageSize(digits.imageShape);
  const sums = digits.classNames.map(() => new Float64Array(size));
  const counts = digits.classNames.map(() => 0);
  digits.labels.forEach((label, i) => {
    const sum = sums[label]!;
    imageAt(digits, i).forEach((value, pixel) => sum[pixel]! += value);
    counts[label]!++;
  });
  const labels = Uint8Array.from(counts.keys()).filter((label) => counts[label]! > 0);
  const images = new Uint8Array(labels.length * size);
  labels.forEach((label, i) => {
    images.set(sums[label]!.map((value) => Math.round(value / counts[label]!)), i * size);
  });
  return { ...digits, images, labels };
}
