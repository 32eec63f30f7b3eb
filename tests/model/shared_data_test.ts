import assert from "node:assert/strict";
import { shareTrainingData } from "../../lib/model/shared_data.ts";
import { smallData } from "./small_training.ts";

Deno.test("shareTrainingData() gives the same digits in shared memory", () => {
  const shared = shareTrainingData(smallData);
  assert.deepEqual(shared, smallData);
  assert.ok(shared.train.images.buffer instanceof SharedArrayBuffer);
  assert.ok(shared.validation!.images.buffer instanceof SharedArrayBuffer);
});

Deno.test("shareTrainingData() does not copy what is shared already", () => {
  const { train } = shareTrainingData({ train: smallData.train });
  const again = shareTrainingData({ train });
  assert.equal(again.train.images.buffer, train.images.buffer);
  assert.equal("validation" in again, false);
});
