import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { imageAt, selectDigits } from "../../lib/digits/digits.ts";
import { batchMaker } from "../../lib/model/batches.ts";
import { smallDigits } from "./small_training.ts";

const digits = smallDigits(20, 3);

Deno.test("batchMaker() gathers the pictures and labels at the indices", () => {
  const random = new Random(1);
  const before = random.state;
  const gather = batchMaker(digits, { batchSize: 4, shift: 0, random });
  for (const indices of [[3, 19, 0, 3], [7]]) {
    const batch = gather(Uint32Array.from(indices));
    const { images, labels } = selectDigits(digits, indices);
    assert.deepEqual(batch, { images, labels });
  }
  assert.deepEqual(random.state, before, "no shift draws nothing");
});

Deno.test("batchMaker() moves each picture by up to `shift` pixels each way", () => {
  const dot = { ...smallDigits(1, 1), images: new Uint8Array(16), imageShape: [4, 4, 1] } as const;
  dot.images[1 * 4 + 2] = 255;
  const gather = batchMaker(dot, { batchSize: 100, shift: 1, random: new Random(1) });
  const { images } = gather(new Uint32Array(100));
  const places = new Set(
    Array.from({ length: 100 }, (_, i) => images.subarray(i * 16, i * 16 + 16).indexOf(255)),
  );
  assert.deepEqual([...places].sort((a, b) => a - b), [1, 2, 3, 5, 6, 7, 9, 10, 11]);
  assert.equal(imageAt(dot, 0)[6], 255, "the digits are as they were");
});
