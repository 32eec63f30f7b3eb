import assert from "node:assert/strict";
import { bestEpoch, isOutOfPatience } from "../../lib/model/best_epoch.ts";
import type { EpochResult } from "../../lib/model/training_event.ts";

function epochs(
  ...validation: readonly (readonly [accuracy: number, loss: number])[]
): EpochResult[] {
  return validation.map(([validationAccuracy, validationLoss], i) => ({
    epoch: i + 1,
    loss: 1,
    accuracy: 0.5,
    validationLoss,
    validationAccuracy,
    learningRate: 0.1,
  }));
}

Deno.test("bestEpoch() has the lowest validation loss, whatever the accuracy", () => {
  assert.equal(bestEpoch(epochs([0.8, 0.3], [0.9, 0.1], [0.95, 0.2])), 2);
});

Deno.test("bestEpoch() is the earlier of equals", () => {
  assert.equal(bestEpoch(epochs([0.9, 0.3], [0.95, 0.3])), 1);
});

Deno.test("bestEpoch() is the last without validation digits", () => {
  const history = epochs([0, 0], [0, 0]).map((epoch) => ({
    ...epoch,
    validationLoss: null,
    validationAccuracy: null,
  }));
  assert.equal(bestEpoch(history), 2);
});

Deno.test("isOutOfPatience() waits as many epochs as it is told for a better one", () => {
  const history = epochs([0.8, 0.4], [0.9, 0.2], [0.7, 0.3], [0.9, 0.2]);
  assert.equal(isOutOfPatience(history, 3), false);
  assert.equal(isOutOfPatience(history, 2), true);
  assert.equal(isOutOfPatience(history.slice(0, 3), 2), false);
  assert.equal(isOutOfPatience(history, null), false);
  assert.equal(isOutOfPatience([], 1), false);
});
