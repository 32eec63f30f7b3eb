/**
 * The second stage: digits to train on, to choose by and to be judged on.
 *
 * @module
 */
import type { Dataset, Digits } from "../digits/digits.ts";
import { splitDigits, type SplitOptions } from "../digits/split.ts";

/** Digits parted by what they are for. Pixels stay bytes, `[n, height, width, channels]`. */
export interface PreparedDigits {
  /** To learn from. */
  readonly train: Digits;
  /** To choose by: the best epoch, when to stop. */
  readonly validation: Digits;
  /** To be judged on, and nothing else: as published, in the published order. */
  readonly test: Digits;
}

/**
 * Shuffles the training digits and sets some aside for validation. The test
 * digits are passed on untouched, without a copy.
 *
 * @throws {UsageError} when nothing would be left to train on.
 */
export function preprocess(dataset: Dataset, options: SplitOptions = {}): PreparedDigits {
  return { ...splitDigits(dataset.train, options), test: dataset.test };
}
