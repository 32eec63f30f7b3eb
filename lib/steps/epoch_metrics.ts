/**
 * An epoch's numbers as a tracker gets them.
 *
 * @module
 */
import type { EpochReport, EpochResult } from "../model/training_event.ts";

/** Under the names that Keras logs them by; the speed where it is known. */
export function epochMetrics(
  epoch: EpochResult & Partial<Pick<EpochReport, "imagesPerSecond">>,
): Readonly<Record<string, number>> {
  const { loss, accuracy, validationLoss, validationAccuracy, imagesPerSecond } = epoch;
  return {
    loss,
    accuracy,
    ...(validationLoss !== null && { val_loss: validationLoss }),
    ...(validationAccuracy !== null && { val_accuracy: validationAccuracy }),
    learning_rate: epoch.learningRate,
    ...(imagesPerSecond !== undefined && { images_per_second: imagesPerSecond }),
  };
}
