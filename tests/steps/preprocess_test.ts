import assert from "node:assert/strict";
import type { Dataset } from "../../lib/digits/digits.ts";
import { preprocess } from "../../lib/steps/preprocess.ts";
import { smallDigits } from "../digits/small_digits.ts";

const dataset: Dataset = {
  name: "custom",
  source: "a test",
  train: smallDigits(24),
  test: smallDigits(10, { seed: 2 }),
};

Deno.test("preprocess() parts the training digits and leaves the test digits alone", () => {
  const { train, validation, test } = preprocess(dataset, { validation: 4, seed: 3 });
  assert.equal(train.labels.length, 20);
  assert.equal(validation.labels.length, 4);
  assert.equal(test, dataset.test);
  assert.notDeepEqual(train.labels, dataset.train.labels.subarray(0, 20), "shuffled");
});

Deno.test("preprocess() leaves the dataset as it was", () => {
  const before = structuredClone(dataset);
  preprocess(dataset, { seed: 3 });
  assert.deepEqual(dataset, before);
});

Deno.test("preprocess() refuses to set more aside than there is", () => {
  assert.throws(
    () => preprocess(dataset, { validation: 5_000 }),
    /^UsageError: Cannot set 5000 of 24 digits aside for validation/,
  );
});
