import assert from "node:assert/strict";
import type { Digits } from "../../lib/digits/digits.ts";
import { evaluationCodec } from "../../lib/digits/evaluation_codec.ts";
import { evaluateProbabilities } from "../../lib/digits/measures.ts";
import recorded from "./measures_scikit_learn.json" with { type: "json" };
import { smallDigits } from "./small_digits.ts";

const options = { dataset: "custom" };

/** Tiny pictures with these labels of `classes` classes. */
function labelled(labels: readonly number[], classes: number): Digits {
  return {
    ...smallDigits(labels.length, { imageShape: [1, 1, 1] }),
    labels: Uint8Array.from(labels),
    classNames: Array.from({ length: classes }, (_, k) => `class ${k}`),
  };
}

function assertClose(actual: readonly (number | null)[], expected: readonly (number | null)[]) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    if (value === null || expected[i] === null) assert.equal(value, expected[i]);
    else assert.ok(Math.abs(value - expected[i]!) < 1e-7, `${i}: ${value}, not ${expected[i]}`);
  });
}

// Recorded from scikit-learn 1.9: accuracy_score, log_loss, confusion_matrix,
// precision_recall_fscore_support (zero_division=0), roc_auc_score of each class
// against the rest, and roc_curve of all the probabilities together, read off at
// 1, 0.99, … 0. One class never occurs; many probabilities are equal.
Deno.test("evaluateProbabilities() counts as scikit-learn does", () => {
  const digits = labelled(recorded.labels, 5);
  const probabilities = Float32Array.from(recorded.twentieths.flat(), (n) => n / 20);
  const evaluation = evaluateProbabilities(digits, probabilities, options);
  assert.equal(evaluation.count, 80);
  assert.equal(evaluation.accuracy, recorded.accuracy);
  assert.ok(Math.abs(evaluation.loss - recorded.logLoss) < 1e-7);
  assert.deepEqual(evaluation.confusion, recorded.confusion);
  for (const measure of ["precision", "recall", "f1", "support", "auc"] as const) {
    assertClose(evaluation.classes.map((report) => report[measure]), recorded[measure]);
  }
  assertClose(
    evaluation.roc.map((point) => point.falsePositiveRate),
    recorded.roc.map((p) => p[0]!),
  );
  assertClose(
    evaluation.roc.map((point) => point.truePositiveRate),
    recorded.roc.map((p) => p[1]!),
  );
  assert.deepEqual(evaluation.roc.map((point) => point.threshold).slice(0, 3), [1, 0.99, 0.98]);
});

Deno.test("evaluateProbabilities() shows the surest mistakes first, with their pictures", () => {
  const digits = labelled([0, 0, 1, 1], 2);
  const probabilities = Float32Array.from([0.25, 0.75, 1, 0, 0.875, 0.125, 0.75, 0.25]);
  const { mistakes, accuracy } = evaluateProbabilities(digits, probabilities, options);
  assert.equal(accuracy, 0.25);
  assert.deepEqual(mistakes.map(({ index, label, predicted }) => [index, label, predicted]), [
    [2, 1, 0],
    [0, 0, 1],
    [3, 1, 0],
  ]);
  assert.deepEqual(mistakes[0]!.probabilities, [0.875, 0.125]);
  assert.deepEqual(Uint8Array.fromBase64(mistakes[0]!.image), digits.images.slice(2, 3));
});

Deno.test("evaluateProbabilities() shows sixty mistakes at most", () => {
  const digits = labelled(new Array(100).fill(1), 2);
  const probabilities = Float32Array.from({ length: 200 }, (_, i) => i % 2 === 0 ? 1 : 0);
  const { mistakes, loss } = evaluateProbabilities(digits, probabilities, options);
  assert.equal(mistakes.length, 60);
  assert.deepEqual(mistakes.map(({ index }) => index), Array.from({ length: 60 }, (_, i) => i));
  assert.ok(Math.abs(loss + Math.log(1e-7)) < 1e-9, "a sure mistake costs much, not endlessly");
});

Deno.test("evaluateProbabilities() shows fewer mistakes where pictures are large", () => {
  for (const [imageShape, shown] of [[[100, 100, 1], 40], [[300, 300, 1], 6]] as const) {
    const digits = {
      ...smallDigits(50, { imageShape }),
      labels: new Uint8Array(50),
      classNames: ["0", "1"],
    };
    const probabilities = Float32Array.from({ length: 100 }, (_, i) => i % 2);
    assert.equal(evaluateProbabilities(digits, probabilities, options).mistakes.length, shown);
  }
});

Deno.test("evaluateProbabilities() gives plain JSON with all that names the digits", () => {
  const digits = labelled([1, 0], 2);
  const evaluation = evaluateProbabilities(digits, Float32Array.of(0, 1, 1, 0), options);
  assert.deepEqual(JSON.parse(JSON.stringify(evaluation)), evaluation);
  assert.equal(evaluation.dataset, "custom");
  assert.deepEqual(evaluation.classNames, ["class 0", "class 1"]);
  assert.deepEqual(evaluation.classes[0], {
    name: "class 0",
    precision: 1,
    recall: 1,
    f1: 1,
    support: 1,
    auc: 1,
  });
});

Deno.test("evaluateProbabilities() can be stored where rounding took a probability past 1", () => {
  const digits = labelled([1, 0], 2);
  const evaluation = evaluateProbabilities(digits, Float32Array.of(1 + 2 ** -23, 0, 0, 1), options);
  assert.deepEqual(evaluation.mistakes.map((mistake) => mistake.probabilities), [[1, 0], [0, 1]]);
  assert.ok(evaluation.loss >= 0);
  assert.deepEqual(evaluationCodec.decode(evaluationCodec.encode(evaluation)), evaluation);
  const right = evaluateProbabilities(digits, Float32Array.of(0, 1 + 2 ** -23, 1, 0), options);
  assert.deepEqual(evaluationCodec.decode(evaluationCodec.encode(right)), right);
});

Deno.test("evaluateProbabilities() refuses what are no probabilities", () => {
  const digits = labelled([1, 0], 2);
  assert.throws(() => evaluateProbabilities(digits, Float32Array.of(0, 1, NaN, 0), options), {
    name: "DataError",
    message: "Cannot evaluate the classifier: it gave picture 1 the probability NaN: " +
      "if training diverged, try a lower learning rate",
  });
  assert.throws(() => evaluateProbabilities(digits, new Float32Array(3), options), {
    name: "RangeError",
    message: "Cannot evaluate 2 digits of 2 classes with 3 probabilities: 4 are needed",
  });
  assert.throws(
    () => evaluateProbabilities(labelled([], 2), new Float32Array(), options),
    /^RangeError: Cannot evaluate a classifier on no digits$/,
  );
});
