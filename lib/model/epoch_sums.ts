/**
 * Adding up an epoch, batch by batch.
 *
 * @module
 */

/** Sums over the part of an epoch that is done. */
export interface EpochSums {
  /** Of every picture's loss. */
  readonly loss: number;
  /** Pictures that had the right class on top. */
  readonly correct: number;
  /** Pictures learned from. */
  readonly images: number;
  /** Time spent learning. */
  readonly seconds: number;
}

/** An epoch that has not begun. */
export const nothingDone: EpochSums = { loss: 0, correct: 0, images: 0, seconds: 0 };

/** The sums with one more batch. */
export function addBatch(sums: EpochSums, batch: EpochSums): EpochSums {
  return {
    loss: sums.loss + batch.loss,
    correct: sums.correct + batch.correct,
    images: sums.images + batch.images,
    seconds: sums.seconds + batch.seconds,
  };
}

/** What the sums come to for one picture, once there is one. */
export function meansOf({ loss, correct, images, seconds }: EpochSums): {
  readonly loss: number;
  readonly accuracy: number;
  readonly imagesPerSecond: number;
} {
  return {
    loss: loss / images,
    accuracy: correct / images,
    // A coarse clock may see no time pass in a small epoch.
    imagesPerSecond: seconds > 0 ? images / seconds : 0,
  };
}
