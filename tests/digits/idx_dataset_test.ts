import assert from "node:assert/strict";
import { idxFileNames, type IdxRole } from "../../lib/digits/datasets.ts";
import { encodeIdxImages } from "../../lib/digits/encode_idx.ts";
import { datasetFromIdx, type NamedIdx } from "../../lib/digits/idx_dataset.ts";
import { smallContents, smallDigits } from "./small_digits.ts";

const about = { name: "custom", source: "here" };

function named(contents: Record<IdxRole, Uint8Array>): Record<IdxRole, NamedIdx> {
  const entries = Object.entries(contents).map(([role, content]) =>
    [role, { name: idxFileNames[role as IdxRole], content }] as const
  );
  return Object.fromEntries(entries) as Record<IdxRole, NamedIdx>;
}

Deno.test("datasetFromIdx() reads four files as views", () => {
  const contents = smallContents();
  const { train, test } = datasetFromIdx(named(contents), about);
  assert.equal(train.labels.length, 20);
  assert.equal(test.images.length, 10 * 12);
  assert.equal(test.images.buffer, contents.testImages.buffer);
});

Deno.test("datasetFromIdx() names the classes after the labels that there are, or as told", () => {
  const contents = smallContents();
  contents.trainLabels.fill(2, 8);
  contents.testLabels.fill(3, 8);
  const files = named(contents);
  assert.deepEqual(datasetFromIdx(files, about).test.classNames, ["0", "1", "2", "3"]);
  const classNames = ["a", "b", "c", "d", "e"];
  assert.equal(datasetFromIdx(files, { ...about, classNames }).train.classNames, classNames);
  assert.throws(
    () => datasetFromIdx(files, { ...about, classNames: ["a", "b", "c"] }),
    /Cannot read t10k-labels-idx1-ubyte as labels: a label must be 0 to 2: got 3 at byte 8$/,
  );
});

Deno.test("datasetFromIdx() refuses files that don't belong together", () => {
  const contents = smallContents();
  assert.throws(
    () => datasetFromIdx(named({ ...contents, trainLabels: contents.testLabels }), about),
    /^DataError: Cannot use train-images-idx3-ubyte with train-labels-idx1-ubyte: there are 20 pictures, but 10 labels$/,
  );
  const testImages = encodeIdxImages(smallDigits(10, { imageShape: [3, 4, 1] }));
  assert.throws(
    () => datasetFromIdx(named({ ...contents, testImages }), about),
    /the pictures are 4 × 3 × 1 in one and 3 × 4 × 1 in the other$/,
  );
});
