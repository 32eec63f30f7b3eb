/**
 * How well labels were told apart: the numbers and the mistakes. Types only;
 * `measures.ts` computes them.
 *
 * @module
 */
import type { ImageShape } from "./digits.ts";

/** One class against all others, as scikit-learn's `classification_report` has it. */
export interface ClassReport {
  /** The class. */
  readonly name: string;
  /** Of those called this class, the share that is. 0 when none was. */
  readonly precision: number;
  /** Of this class, the share that was found. 0 when there is none. */
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
  /** Pictures of this class. */
  readonly support: number;
  /** Area under the one-against-all ROC curve, 0..1; null when the class or its rest is missing. */
  readonly auc: number | null;
}

/** One threshold of the micro-averaged one-against-all ROC curve. */
export interface RocPoint {
  /** Called positive from this probability on. */
  readonly threshold: number;
  /** Share of the negatives that are called positive, 0..1. */
  readonly falsePositiveRate: number;
  /** Share of the positives that are called positive, 0..1. */
  readonly truePositiveRate: number;
}

/** A picture that was misread. */
export interface Mistake {
  /** Position in the evaluated digits. */
  readonly index: number;
  /** What it is. */
  readonly label: number;
  /** What it was taken for. */
  readonly predicted: number;
  /** Of every class, summing to 1. */
  readonly probabilities: readonly number[];
  /** The picture itself, bytes 0..255 `[height, width, channels]`, base64. */
  readonly image: string;
}

/** What an evaluation found. Plain JSON. */
export interface Evaluation {
  /** Another number is another form. */
  readonly schemaVersion: 1;
  /** The dataset's name: accuracy means nothing without it. */
  readonly dataset: string;
  /** Of the misread pictures. */
  readonly imageShape: ImageShape;
  /** What each class index means. */
  readonly classNames: readonly string[];
  /** Pictures evaluated. */
  readonly count: number;
  /** 0..1. */
  readonly accuracy: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** `confusion[label][predicted]` counts pictures. */
  readonly confusion: readonly (readonly number[])[];
  /** One report a class, in their order. */
  readonly classes: readonly ClassReport[];
  /** At most 101 points, thresholds falling. */
  readonly roc: readonly RocPoint[];
  /**
   * The surest mistakes first, at most 60, and down to 6 where pictures are large; how many there
   * were is `count * (1 - accuracy)`.
   */
  readonly mistakes: readonly Mistake[];
}
