import assert from "node:assert/strict";
import { evaluateClassifier, lossAndAccuracy } from "../../lib/model/evaluate.ts";
import { fakeEngine } from "./fake_engine.ts";
import { smallDigits } from "./small_training.ts";

const model = new TextEncoder().encode(JSON.stringify({
  imageShape: [4, 4, 1],
  classes: 3,
  weights: Array.from({ length: 48 }, (_, i) => Math.sin(i)),
}));
const digits = smallDigits(150, 1);

Deno.test("evaluateClassifier() gives what predict() gives, and tells how far it is", async () => {
  await using classifier = await fakeEngine.load(model);
  const told: number[] = [];
  const probabilities = await evaluateClassifier(classifier, digits, {
    progress: (done) => told.push(done),
  });
  assert.deepEqual(probabilities, await classifier.predict(digits.images));
  assert.deepEqual(told, [64, 128, 150]);
});

Deno.test("evaluateClassifier() of no digits is empty", async () => {
  await using classifier = await fakeEngine.load(model);
  const probabilities = await evaluateClassifier(classifier, smallDigits(0, 1));
  assert.equal(probabilities.length, 0);
});

Deno.test("evaluateClassifier() stops when aborted", async () => {
  await using classifier = await fakeEngine.load(model);
  const abort = new AbortController();
  const reason = new Error("enough");
  const evaluation = evaluateClassifier(classifier, digits, {
    signal: abort.signal,
    progress: () => abort.abort(reason),
  });
  await assert.rejects(evaluation, reason);
});

Deno.test("lossAndAccuracy() is the mean of the labels' log probabilities, and the share on top", () => {
  const probabilities = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.5, 0.375);
  const { loss, accuracy } = lossAndAccuracy(probabilities, Uint8Array.of(0, 2));
  assert.equal(loss, -(Math.log(0.5) + Math.log(0.375)) / 2);
  assert.equal(accuracy, 0.5);
});

Deno.test("lossAndAccuracy() bounds a sure mistake, but lets NaN through", () => {
  const sure = lossAndAccuracy(Float32Array.of(1, 0), Uint8Array.of(1));
  assert.equal(sure.loss, -Math.log(1e-7));
  const broken = lossAndAccuracy(Float32Array.of(NaN, NaN), Uint8Array.of(1));
  assert.ok(Number.isNaN(broken.loss));
});

Deno.test("lossAndAccuracy() does not call equal scores right", () => {
  assert.equal(lossAndAccuracy(Float32Array.of(0.5, 0.5), Uint8Array.of(1)).accuracy, 0);
});
