/**
 * Sets some digits aside.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { type Digits, selectDigits } from "./digits.ts";

/** How digits are parted. */
export interface SplitOptions {
  /**
   * Digits to set aside: a count from 1 on, or a share below 1; 0 is none.
   * @default {1 / 12}, which is 5,000 of MNIST's 60,000
   */
  readonly validation?: number;
  /** Decides which, and the order of both parts. @default {0} */
  readonly seed?: number;
}

/**
 * Shuffles the digits and parts them in two.
 *
 * @throws {UsageError} when nothing would be left to train on.
 */
export function splitDigits(
  digits: Digits,
  { validation = 1 / 12, seed = 0 }: SplitOptions = {},
): { readonly train: Digits; readonly validation: Digits } {
  const count = digits.labels.length;
  const setAside = validation < 1 ? Math.round(count * validation) : validation;
  if (!(Number.isInteger(setAside) && validation >= 0 && setAside < count)) {
    throw new UsageError(
      `Cannot set ${validation} of ${count} digits aside for validation: ` +
        `give a count from 0 to ${count - 1}, or a share below 1`,
    );
  }
  const order = new Random(seed).shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  return {
    train: selectDigits(digits, order.subarray(setAside)),
    validation: selectDigits(digits, order.subarray(0, setAside)),
  };
}
