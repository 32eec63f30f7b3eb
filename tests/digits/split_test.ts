import assert from "node:assert/strict";
import { type Digits, imageAt } from "../../lib/digits/digits.ts";
import { splitDigits } from "../../lib/digits/split.ts";
import { smallDigits } from "./small_digits.ts";

const digits = smallDigits(120);

/** Each picture with its label, as text. */
function pairs(some: Digits): string[] {
  return Array.from(some.labels, (label, i) => `${imageAt(some, i).toHex()} ${label}`);
}

Deno.test("splitDigits() gives every picture once, with its label", () => {
  const { train, validation } = splitDigits(digits, { validation: 30, seed: 7 });
  assert.equal(validation.labels.length, 30);
  assert.equal(train.labels.length, 90);
  assert.deepEqual([...pairs(train), ...pairs(validation)].sort(), pairs(digits).sort());
  assert.deepEqual(train.classNames, digits.classNames);
});

Deno.test("splitDigits() depends on the seed, and on nothing else", () => {
  const once = splitDigits(digits, { seed: 7 });
  assert.deepEqual(splitDigits(digits, { seed: 7 }), once);
  assert.notDeepEqual(pairs(splitDigits(digits, { seed: 8 }).train), pairs(once.train));
});

Deno.test("splitDigits() takes a share as well as a count, a twelfth if not told", () => {
  const setAside = (validation?: number) =>
    splitDigits(digits, validation === undefined ? {} : { validation }).validation.labels.length;
  assert.equal(setAside(), 10);
  assert.equal(setAside(0.5), 60);
  assert.equal(setAside(1), 1);
  assert.equal(setAside(0), 0);
  assert.equal(setAside(119), 119);
});

Deno.test("splitDigits() refuses to leave nothing to train on", () => {
  assert.throws(() => splitDigits(digits, { validation: 5000 }), {
    name: "UsageError",
    message: "Cannot set 5000 of 120 digits aside for validation: " +
      "give a count from 0 to 119, or a share below 1",
  });
  for (const validation of [120, 0.999, -1, -0.001, 1.5, NaN, Infinity]) {
    assert.throws(() => splitDigits(digits, { validation }), { name: "UsageError" });
  }
});
