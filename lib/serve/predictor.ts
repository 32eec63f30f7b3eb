/**
 * A model as the server sees it: a name, a version, and pictures in, probabilities out.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import type { Classifier } from "../model/engine.ts";
import type { ModelDescription } from "../model/trained_model.ts";

const IMAGES_AT_ONCE = 256; // The CNN's feature maps take about 100 kB a picture: 26 MB at a time.

/** How to predict. */
export interface PredictOptions {
  /**
   * The pictures may be left unpredicted once it is aborted. Asked for only where they
   * have to wait: a getter need not make a signal for those that don't.
   */
  readonly signal?: AbortSignal;
}

/** A model that can be served. */
export interface Predictor {
  /** What clients call it, such as `digits-recognizer`. */
  readonly name: string;
  /** Which version of that name it is, such as `3`. */
  readonly version: string;
  /** Of the pictures it reads. */
  readonly imageShape: ImageShape;
  /** What each class index means, such as `"7"`. */
  readonly classNames: readonly string[];
  /**
   * What the pictures are. They must not change until that is known.
   * @param images `[n, height, width, channels]`: bytes 0..255, or floats 0..1.
   * @returns probabilities `[n, classes]`, each row's sum 1.
   * @throws {RangeError} when `images` are not whole pictures.
   */
  predict(
    images: Uint8Array | Float32Array,
    options?: PredictOptions,
  ): Promise<{ readonly probabilities: Float32Array }>;
}

/** What is known of a classifier. */
export interface ClassifierPredictorOptions {
  /** What clients call it. */
  readonly name: string;
  /** Which version of that name it is. */
  readonly version: string;
  /** What it reads and says. */
  readonly description: Pick<ModelDescription, "imageShape" | "classNames">;
}

/**
 * Puts a classifier and what is known of it together. The classifier stays the
 * caller's, who disposes of it when the predictor is no longer used.
 * @throws {DataError} when the description is of another model.
 */
export function classifierPredictor(
  classifier: Classifier,
  options: ClassifierPredictorOptions,
): Predictor {
  const { name, version, description: { imageShape, classNames } } = options;
  const size = imageSize(imageShape);
  const classes = classNames.length;
  if (`${classifier.imageShape}` !== `${imageShape}` || classifier.classes !== classes) {
    throw new DataError(
      `Cannot serve ${name} version ${version}: its description has pictures [${imageShape}] of ` +
        `${classes} classes, its network [${classifier.imageShape}] of ${classifier.classes}`,
    );
  }
  return {
    name,
    version,
    imageShape,
    classNames,
    async predict(images) {
      if (images.length % size !== 0) {
        throw new RangeError(
          `Cannot predict ${images.length} pixels: a picture of ${name} has ${size}`,
        );
      }
      const count = images.length / size;
      const probabilities = new Float32Array(count * classes);
      for (let from = 0; from < count; from += IMAGES_AT_ONCE) {
        const to = Math.min(from + IMAGES_AT_ONCE, count);
        const some = await classifier.predict(images.subarray(from * size, to * size));
        if (some.length !== (to - from) * classes || !some.every(Number.isFinite)) {
          throw new Error(
            `Cannot use the answer of ${name} version ${version} for pictures ${from} to ${to}: ` +
              `it is not ${classes} finite numbers a picture`,
          );
        }
        probabilities.set(some, from * classes);
      }
      return { probabilities };
    },
  };
}
