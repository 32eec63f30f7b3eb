/**
 * A model for many clients at once: small requests share inferences in this thread,
 * large ones are computed in a thread of their own.
 *
 * @module
 */
import { imageSize } from "../digits/digits.ts";
import type { Classifier } from "../model/engine.ts";
import { type BatchOptions, batchPredictor } from "./batch_predictor.ts";
import type { PredictThread } from "./predict_thread.ts";
import { classifierPredictor, type ClassifierPredictorOptions } from "./predictor.ts";
import type { OpenModel } from "./version_source.ts";

/** How clients share a model. */
export interface SharingOptions {
  /** Bounds of the small requests' inferences, and of what waits. */
  readonly batch: BatchOptions;
  /** For large requests. Without one they are computed in this thread too. */
  readonly thread?: PredictThread;
  /**
   * From so many pictures on a request is large. In this thread a picture takes 30 µs,
   * during which nobody else is answered; handing a request to the other one takes 300 µs.
   * @default 64
   */
  readonly largeFrom?: number;
}

/**
 * Puts a classifier and what is known of it together. The classifier stays the
 * caller's; disposing of what is returned only makes the thread forget it.
 * @throws {DataError} when the description is of another model.
 */
export function sharedPredictor(
  classifier: Classifier,
  options: ClassifierPredictorOptions,
  { batch, thread, largeFrom = 64 }: SharingOptions,
): OpenModel {
  const small = batchPredictor(classifierPredictor(classifier, options), batch);
  if (!thread) return { predictor: small, [Symbol.asyncDispose]: () => Promise.resolve() };
  const elsewhere = thread.classifier(classifier);
  const large = batchPredictor(classifierPredictor(elsewhere, options), { ...batch, maxBatch: 1 });
  const largeLength = largeFrom * imageSize(small.imageShape);
  return {
    predictor: {
      ...small,
      predict: (images, options) =>
        (images.length < largeLength ? small : large).predict(images, options),
    },
    [Symbol.asyncDispose]: () => elsewhere[Symbol.asyncDispose](),
  };
}
