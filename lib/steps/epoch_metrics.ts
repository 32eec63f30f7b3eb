/**
 * A training's numbers as a tracker gets them.
 *
 * @module
 */
import type { BatchReport, EpochReport, EpochResult } from "../model/training_event.ts";

/** An epoch's, under the names that Keras logs them by; the speed where it is known. */
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

/** A moment's within an epoch, apart from the epochs' as they are counted in steps. */
export function batchMetrics(batch: BatchReport): Readonly<Record<string, number>> {
  return {
    "batch/loss": batch.loss,
    "batch/accuracy": batch.accuracy,
    "batch/learning_rate": batch.learningRate,
    "batch/images_per_second": batch.imagesPerSecond,
  };
}
