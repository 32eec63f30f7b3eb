import assert from "node:assert/strict";
import { meanDigits } from "../../lib/digits/mean_digits.ts";

Deno.test("meanDigits() gives one picture for every class that there is", () => {
  const digits = {
    images: Uint8Array.of(0, 10, 100, 200, 4, 21),
    labels: Uint8Array.of(2, 0, 2),
    imageShape: [1, 2, 1] as const,
    classNames: ["a", "b", "c"],
  };
  const means = meanDigits(digits);
  assert.deepEqual([...means.labels], [0, 2]);
  assert.deepEqual([...means.images], [100, 200, 2, 16]); // 15.5 is rounded up
});

Deno.test("meanDigits() of no digits are none", () => {
  const none = { images: new Uint8Array(), labels: new Uint8Array() };
  const means = meanDigits({ ...none, imageShape: [2, 2, 1], classNames: ["a"] });
  assert.equal(means.labels.length, 0);
});
