import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { idxFileBytes, parseIdxImages, parseIdxLabels } from "../../lib/digits/idx.ts";
import { encodeIdxImages, encodeIdxLabels } from "../../lib/digits/encode_idx.ts";
import { smallDigits } from "./small_digits.ts";
import { fuzzCount } from "../fuzz_count.ts";

const header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
const images = Uint8Array.from([...header, 0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]);
const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9]);

function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** The message of the DataError that reading these images throws. */
function imagesError(bytes: Uint8Array): string {
  try {
    parseIdxImages(bytes, "a");
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
  return assert.fail("it should have been refused");
}

Deno.test("parseIdxImages() reads pictures as a view", () => {
  const parsed = parseIdxImages(images);
  assert.equal(parsed.count, 2);
  assert.deepEqual(parsed.imageShape, [2, 3, 1]);
  assert.deepEqual([...parsed.images], [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]);
  assert.equal(parsed.images.buffer, images.buffer);
});

Deno.test("parseIdxImages() reads colours as a fourth dimension", () => {
  const bytes = Uint8Array.from(
    [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual(parseIdxImages(bytes).imageShape, [2, 1, 3]);
});

Deno.test("parseIdxImages() reads from the middle of a larger buffer", () => {
  const larger = new Uint8Array(images.length + 10);
  larger.set(images, 5);
  const parsed = parseIdxImages(larger.subarray(5, 5 + images.length));
  assert.deepEqual(parsed, parseIdxImages(images));
});

Deno.test("parseIdxImages() names the byte of a wrong header field", () => {
  assert.equal(
    imagesError(changed(images, 1, 7)),
    "Cannot read a as IDX: it must begin with two zero bytes: got 7 at byte 1 " +
      "(it looks like bytes that begin 00 07 08 03)",
  );
  assert.equal(
    imagesError(changed(images, 2, 13)),
    "Cannot read a as IDX: its data type must be 8 (unsigned bytes): got 13 at byte 2",
  );
  assert.equal(
    imagesError(changed(images, 3, 1)),
    "Cannot read a as IDX: its number of dimensions must be 3 or 4: got 1 at byte 3",
  );
  assert.equal(
    imagesError(changed(images, 4, 0, 0, 0, 0)),
    "Cannot read a as IDX: its count must be 1 to 178956968: got 0 at byte 4",
  );
  assert.equal(
    imagesError(changed(images, 4, 255, 255, 255, 255)),
    "Cannot read a as IDX: its count must be 1 to 178956968: got 4294967295 at byte 4",
  );
  assert.equal(
    imagesError(changed(images, 8, 0, 0, 4, 1)),
    "Cannot read a as IDX: its height must be 1 to 1024: got 1025 at byte 8",
  );
  assert.equal(
    imagesError(changed(images, 15, 0)),
    "Cannot read a as IDX: its width must be 1 to 1024: got 0 at byte 12",
  );
});

Deno.test("parseIdxImages() refuses more or less data than the header promises", () => {
  assert.equal(
    imagesError(images.subarray(0, -1)),
    "Cannot read a as IDX: for 2 × 2 × 3 values it must have 28 bytes: got 27",
  );
  assert.match(imagesError(Uint8Array.from([...images, 0])), /must have 28 bytes: got 29$/);
});

Deno.test("parseIdxImages() says where a header breaks off, and what else the file may be", () => {
  for (const length of [0, 1, 3, 4, 15]) {
    assert.equal(
      imagesError(images.subarray(0, length)),
      `Cannot read a as IDX: it ends within its header, after ${length} bytes`,
    );
  }
  const page = new TextEncoder().encode("<!DOCTYPE html><html></html>");
  assert.match(imagesError(page), /got 60 at byte 0 \(it looks like an HTML page\)$/);
});

Deno.test("parseIdxLabels() reads labels as a view", () => {
  const parsed = parseIdxLabels(labels);
  assert.deepEqual([...parsed], [7, 0, 9]);
  assert.equal(parsed.buffer, labels.buffer);
});

Deno.test("parseIdxLabels() refuses a label above 9", () => {
  assert.throws(() => parseIdxLabels(changed(labels, 9, 12), { name: "a" }), {
    name: "DataError",
    message: "Cannot read a as labels: a label must be 0 to 9: got 12 at byte 9",
  });
});

Deno.test("parseIdxLabels() takes as many classes as it is told", () => {
  assert.deepEqual([...parseIdxLabels(changed(labels, 9, 255), { classes: 256 })], [7, 255, 9]);
  assert.throws(() => parseIdxLabels(labels, { classes: 9 }), /must be 0 to 8: got 9 at byte 10$/);
});

Deno.test("parseIdxLabels() refuses pictures and a wrong count", () => {
  assert.throws(
    () => parseIdxLabels(images),
    /its number of dimensions must be 1: got 3 at byte 3$/,
  );
  assert.throws(() => parseIdxLabels(changed(labels, 7, 4)), /must have 12 bytes: got 11$/);
});

Deno.test("idxFileBytes() tells a file's length from its header", () => {
  assert.equal(idxFileBytes(images.subarray(0, 20), "a"), images.length);
  assert.equal(idxFileBytes(labels, "a"), labels.length);
});

for (const imageShape of [[4, 3, 1], [5, 2, 3]] as const) {
  Deno.test(`encodeIdxImages() is undone by parseIdxImages() for ${imageShape}`, () => {
    const digits = smallDigits(7, { imageShape });
    const parsed = parseIdxImages(encodeIdxImages(digits));
    assert.deepEqual(parsed, { images: digits.images, count: 7, imageShape });
    assert.deepEqual(parseIdxLabels(encodeIdxLabels(digits)), digits.labels);
  });
}

Deno.test("encodeIdxImages() copies nothing that parseIdxImages() has read", () => {
  const digits = { ...smallDigits(2), ...parseIdxImages(images), labels: parseIdxLabels(labels) };
  const again = encodeIdxImages(digits);
  assert.deepEqual(again, images);
  assert.equal(again.buffer, images.buffer);
  assert.equal(encodeIdxLabels(digits).buffer, labels.buffer);
});

Deno.test("parseIdxImages(), parseIdxLabels() and idxFileBytes() refuse random bytes, never crash", () => {
  const random = new Random(11);
  for (let i = 0; i < fuzzCount(5_000); i++) {
    const bytes = Uint8Array.from({ length: random.integer(40) }, () => random.integer(256));
    // Half of them begin well, so that later fields are reached.
    if (random.uniform() < 0.5) bytes.set([0, 0, 8, 1 + random.integer(4)].slice(0, bytes.length));
    for (const parse of [parseIdxImages, parseIdxLabels, (b: Uint8Array) => idxFileBytes(b, "a")]) {
      try {
        parse(bytes);
      } catch (error) {
        assert.ok(error instanceof DataError, `${error}`);
      }
    }
  }
});
