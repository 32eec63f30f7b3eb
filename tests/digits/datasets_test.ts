import assert from "node:assert/strict";
import {
  datasetProfile,
  fashionMnist,
  idxRoles,
  mnist,
  publishedDatasets,
} from "../../lib/digits/datasets.ts";
import {
  identifyDataset,
  isPublished,
  verifyPublished,
} from "../../lib/digits/identify_dataset.ts";
import { gzip, idxFiles, publishedAs, smallContents } from "./small_digits.ts";

Deno.test("datasetProfile() keeps models of other digits away from the real name", () => {
  const names = ["mnist", "fashion-mnist", "synthetic", "custom", "never-heard-of"];
  assert.deepEqual(names.map((name) => datasetProfile(name).modelName), [
    "digits-recognizer",
    "digits-recognizer-fashion-mnist",
    "digits-recognizer-synthetic",
    "digits-recognizer-custom",
    "digits-recognizer-custom",
  ]);
  assert.equal(mnist.minAccuracy, 0.97);
  assert.equal(fashionMnist.minAccuracy, 0.85);
});

Deno.test("every published dataset is complete", () => {
  for (const { classNames, mirrors, files } of publishedDatasets) {
    assert.equal(new Set(classNames).size, 10);
    assert.ok(mirrors.every((url) => url.startsWith("https://") && url.endsWith("/")));
    for (const role of idxRoles) assert.match(files[role].gzipSha256, /^[0-9a-f]{64}$/);
  }
});

Deno.test("isPublished() knows a file compressed anew, where its content's hash is known", async () => {
  const contents = smallContents();
  const files = await idxFiles(contents);
  const known = await publishedAs("x", contents);
  const unknown = await publishedAs("x", contents, { md5: false });
  const plain = { ...files.testImages, packed: files.testImages.content };
  assert.ok(isPublished(plain, known.files.testImages));
  assert.ok(!isPublished(plain, unknown.files.testImages));
  assert.ok(isPublished(files.testImages, unknown.files.testImages));
});

Deno.test("verifyPublished() names both hashes", async () => {
  const contents = smallContents();
  const { testLabels: file } = await idxFiles(contents);
  const other = file.content.with(8, 5);
  const wrong = { name: "a.gz", packed: await gzip(other), content: other };
  const known = await publishedAs("x", contents);
  verifyPublished(file, known.files.testLabels);
  assert.throws(
    () => verifyPublished(wrong, known.files.testLabels),
    /^DataError: Cannot use a\.gz: it is not the published file: the MD5 of its content must be [0-9a-f]{32}: got [0-9a-f]{32}$/,
  );
  const unknown = await publishedAs("x", contents, { md5: false });
  assert.throws(
    () => verifyPublished(wrong, unknown.files.testLabels),
    /its SHA-256 must be [0-9a-f]{64}: got [0-9a-f]{64}$/,
  );
});

Deno.test("identifyDataset() knows a dataset by all four files", async () => {
  const contents = smallContents();
  const known = await publishedAs("x", contents);
  assert.equal(identifyDataset(await idxFiles(contents), [mnist, known]), known);
  const others = { ...contents, trainImages: smallContents(9).trainImages };
  assert.equal(identifyDataset(await idxFiles(others), [mnist, known]), undefined);
});
