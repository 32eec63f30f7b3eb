/**
 * Which epoch was the best, and whether it is time to stop.
 *
 * @module
 */
import type { EpochResult } from "./training_event.ts";

/**
 * The epoch with the best validation accuracy; of equals the one with the lower
 * validation loss, then the earlier. Without validation digits it is the last.
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
  if (next.validationAccuracy === null || best.validationAccuracy === null) return true;
  if (next.validationAccuracy !== best.validationAccuracy) {
    return next.validationAccuracy > best.validationAccuracy;
  }
  return next.validationLoss! < best.validationLoss!;
}
