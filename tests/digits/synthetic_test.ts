import assert from "node:assert/strict";
import { hashHex } from "../../lib/base/bytes.ts";
import { type Digits, imageAt } from "../../lib/digits/digits.ts";
import {
  generateDigitBatches,
  generateDigits,
  syntheticDataset,
  syntheticDatasetBatches,
} from "../../lib/digits/synthetic.ts";

const digits = generateDigits(1000, { seed: 1 });

function pictures(some: Digits): readonly Uint8Array[] {
  return Array.from(some.labels, (_, i) => imageAt(some, i));
}

Deno.test("generateDigits() makes the very digits it has always made from a seed", () => {
  const { images, labels } = generateDigits(100, { seed: 7 });
  assert.equal(hashHex(labels), "1f1c3b6842ce29e470904b4cfed54af9919f2f948d3efde456945a61b89255ce");
  assert.equal(hashHex(images), "62cf52b047eb3cba17e5763ad70c3bcaf961fc29d7abed76907f8bd71eeb3a54");
});

Deno.test("generateDigits() makes other digits from another seed", () => {
  const other = generateDigits(1000, { seed: 2 });
  const seen = new Set(pictures(digits).map((picture) => hashHex(picture)));
  assert.equal(seen.size, 1000);
  assert.ok(pictures(other).every((picture) => !seen.has(hashHex(picture))));
});

Deno.test("generateDigits() makes each class as often as the others, in random order", () => {
  const counts = Array(10).fill(0);
  for (const label of generateDigits(104).labels) counts[label]++;
  assert.deepEqual(counts, [11, 11, 11, 11, 10, 10, 10, 10, 10, 10]);
  const firstClasses = new Set(digits.labels.subarray(0, 50));
  assert.ok(firstClasses.size >= 8, `${firstClasses.size} classes in the first 50`);
  assert.deepEqual(digits.imageShape, [28, 28, 1]);
  assert.deepEqual(digits.classNames, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

Deno.test("generateDigits() places ink of 20 pixels' length as MNIST does", () => {
  for (const picture of pictures(digits)) {
    let [mass, massX, massY] = [0, 0, 0];
    const [columns, rows] = [new Set<number>(), new Set<number>()];
    picture.forEach((ink, i) => {
      if (ink === 0) return;
      const [x, y] = [i % 28, Math.floor(i / 28)];
      columns.add(x);
      rows.add(y);
      mass += ink;
      massX += ink * x;
      massY += ink * y;
    });
    assert.ok(mass > 20 * 255 && mass < 300 * 255, `ink of ${mass / 255} pixels`);
    assert.ok(Math.abs(massX / mass - 14) <= 0.5 && Math.abs(massY / mass - 14) <= 0.5);
    const length = Math.max(columns.size, rows.size);
    assert.ok(length >= 19 && length <= 20, `${length} pixels long`);
  }
});

Deno.test("generateDigits() makes classes that can be told apart", () => {
  const means = Array.from({ length: 10 }, () => new Float64Array(784));
  pictures(digits).forEach((picture, i) => {
    const mean = means[digits.labels[i]!]!;
    picture.forEach((ink, at) => mean[at]! += ink / 100);
  });
  const others = generateDigits(500, { seed: 3 });
  const right = pictures(others).filter((picture, i) => {
    const distances = means.map((mean) =>
      mean.reduce((sum, ink, at) => sum + (ink - picture[at]!) ** 2, 0)
    );
    return distances.indexOf(Math.min(...distances)) === others.labels[i];
  });
  assert.ok(right.length > 0.65 * 500, `the nearest mean is right for ${right.length} of 500`);
});

Deno.test("generateDigits() tells how far it is", () => {
  const heard: number[] = [];
  generateDigits(1100, { onProgress: (done) => heard.push(done) });
  assert.deepEqual(heard, [500, 1000, 1100]);
});

Deno.test("generateDigitBatches() makes the same digits whatever the batches", () => {
  const batches = generateDigitBatches(25, { seed: 4, batchSize: 10 });
  const made: number[] = [];
  let step = batches.next();
  for (; !step.done; step = batches.next()) made.push(step.value);
  assert.deepEqual(made, [10, 10, 5]);
  assert.deepEqual(step.value, generateDigits(25, { seed: 4 }));
});

Deno.test("syntheticDataset() makes training and test digits that differ", () => {
  const { name, source, train, test } = syntheticDataset({ train: 30, test: 30, seed: 8 });
  assert.equal(name, "synthetic");
  assert.equal(source, "made from pen strokes, seed 8");
  assert.equal(train.labels.length, 30);
  assert.equal(test.labels.length, 30);
  assert.notDeepEqual(test.images, train.images);
  assert.notDeepEqual(syntheticDataset({ train: 30, test: 30, seed: 9 }).train.images, test.images);
});

Deno.test("syntheticDatasetBatches() tells of every digit made", () => {
  const made = [...syntheticDatasetBatches({ train: 25, test: 10, batchSize: 10 })];
  assert.deepEqual(made, [10, 10, 5, 10]);
});

Deno.test("generateDigits() refuses a count that is none", () => {
  for (const count of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(
      () => generateDigits(count),
      new RangeError(`Cannot make ${count} digits: give a whole number from 1 on`),
    );
  }
});
