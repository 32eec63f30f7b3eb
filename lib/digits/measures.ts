/**
 * How well labels were told apart, as scikit-learn counts it.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type Digits, imageAt, imageSize } from "./digits.ts";
import type { ClassReport, Evaluation, Mistake } from "./evaluation.ts";
import { areaUnderRoc, microAveragedRoc } from "./roc.ts";

const MAX_MISTAKES = 60;
const MANY_MISTAKE_BYTES = 400_000; // of pictures, so that files stay small also where those are large
const LEAST_MISTAKES = 6;
const LEAST_PROBABILITY = 1e-7; // as Keras has it: one sure mistake must not make the loss infinite

/**
 * Compares what a classifier said with the labels.
 *
 * @param given probabilities `[count, classes]`, 0..1, each row's sum 1.
 * @param options `dataset`: the dataset's name.
 * @throws {DataError} when a probability is not a number from 0 to 1, as when training has diverged.
 * @throws {RangeError} when there are no digits, or not a row of probabilities for each.
 */
export function evaluateProbabilities(
  digits: Digits,
  given: Float32Array,
  { dataset }: { readonly dataset: string },
): Evaluation {
  const { labels, classNames, imageShape } = digits;
  const count = labels.length;
  checkProbabilities(digits, given);
  const probabilities = given.map((p) => Math.min(p, 1)); // else a loss could be below 0
  const predicted = predictedClasses(probabilities, classNames.length);
  const confusion = countConfusion(labels, predicted, classNames.length);
  const correct = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  return {
    schemaVersion: 1,
    dataset,
    imageShape,
    classNames,
    count,
    accuracy: correct / count,
    loss: crossEntropy(labels, probabilities, classNames.length),
    confusion,
    classes: classNames.map((name, index): ClassReport => ({
      name,
      ...classReport(confusion, index),
      auc: areaUnderRoc(labels, probabilities, classNames.length, index),
    })),
    roc: microAveragedRoc(labels, probabilities, classNames.length),
    mistakes: surestMistakes(digits, probabilities, predicted),
  };
}

function checkProbabilities({ labels, classNames }: Digits, probabilities: Float32Array): void {
  const classes = classNames.length;
  if (labels.length === 0) throw new RangeError("Cannot evaluate a classifier on no digits");
  if (probabilities.length !== labels.length * classes) {
    throw new RangeError(
      `Cannot evaluate ${labels.length} digits of ${classes} classes with ` +
        `${probabilities.length} probabilities: ${labels.length * classes} are needed`,
    );
  }
  const wrong = probabilities.findIndex((p) => !(p >= 0 && p <= 1 + 1e-6)); // rounding may pass 1
  if (wrong >= 0) {
    throw new DataError(
      `Cannot evaluate the classifier: it gave picture ${Math.floor(wrong / classes)} the ` +
        `probability ${probabilities[wrong]}: if training diverged, try a lower learning rate`,
    );
  }
}

/** The most probable class of each row, the first among equals. */
function predictedClasses(probabilities: Float32Array, classes: number): Uint8Array {
  return Uint8Array.from({ length: probabilities.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
    }
    return best;
  });
}

function countConfusion(labels: Uint8Array, predicted: Uint8Array, classes: number): number[][] {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => confusion[label]![predicted[i]!]!++);
  return confusion;
}

function crossEntropy(labels: Uint8Array, probabilities: Float32Array, classes: number): number {
  let sum = 0;
  labels.forEach((label, i) => {
    sum -= Math.log(Math.max(probabilities[i * classes + label]!, LEAST_PROBABILITY));
  });
  return sum / labels.length;
}

function classReport(confusion: readonly (readonly number[])[], index: number) {
  const hits = confusion[index]![index]!;
  const support = confusion[index]!.reduce((sum, n) => sum + n, 0);
  const called = confusion.reduce((sum, row) => sum + row[index]!, 0);
  const ratio = (part: number, whole: number) => whole === 0 ? 0 : part / whole;
  return {
    precision: ratio(hits, called),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, called + support),
    support,
  };
}

function surestMistakes(
  digits: Digits,
  probabilities: Float32Array,
  predicted: Uint8Array,
): Mistake[] {
  const classes = digits.classNames.length;
  const fitting = Math.floor(MANY_MISTAKE_BYTES / imageSize(digits.imageShape));
  const sureness = (index: number) => probabilities[index * classes + predicted[index]!]!;
  return Array.from(predicted, (_, index) => index)
    .filter((index) => predicted[index] !== digits.labels[index])
    .sort((a, b) => sureness(b) - sureness(a) || a - b)
    .slice(0, Math.max(LEAST_MISTAKES, Math.min(MAX_MISTAKES, fitting)))
    .map((index) => ({
      index,
      label: digits.labels[index]!,
      predicted: predicted[index]!,
      probabilities: Array.from(probabilities.subarray(index * classes, (index + 1) * classes)),
      image: imageAt(digits, index).toBase64(),
    }));
}
