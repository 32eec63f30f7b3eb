/**
 * Which epoch was the best, and whether it is time to stop.
 *
 * @module
 */
import type { EpochResult } from "./training_event.ts";

/**
 * The epoch with the lowest validation loss, as in Keras (among good epochs the accuracy
 * is mostly luck); of equals the earlier. Without validation digits it is the last.
 *
 * @param history at least one epoch, in order.
 * @returns its number, 1 for the first.
 */
export function bestEpoch(history: readonly EpochResult[]): number {
  return history.reduce((best, next) => isBetter(next, best) ? next : best).epoch;
}

/** Whether the last `patience` epochs brought nothing better; never when `patience` is null. */
export function isOutOfPatience(
  history: readonly EpochResult[],
  patience: number | null,
): boolean {
  return patience !== null && history.length > 0 &&
    history.length - bestEpoch(history) >= patience;
}

function isBetter(next: EpochResult, best: EpochResult): boolean {
  if (next.validationLoss === null || best.validationLoss === null) return true;
  return next.validationLoss < best.validationLoss;
}
