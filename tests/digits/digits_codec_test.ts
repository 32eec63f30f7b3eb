import assert from "node:assert/strict";
import { encodeJson } from "../../lib/base/bytes.ts";
import type { Dataset } from "../../lib/digits/digits.ts";
import { datasetCodec, digitsCodec } from "../../lib/digits/digits_codec.ts";
import { encodeNpy } from "../../lib/digits/npy.ts";
import { splitDigits } from "../../lib/digits/split.ts";
import { smallDigits } from "./small_digits.ts";

const digits = smallDigits(7);

function dataset(imageShape: readonly [number, number, number]): Dataset {
  return {
    name: "custom",
    source: "a test",
    train: smallDigits(20, { imageShape }),
    test: smallDigits(10, { imageShape, seed: 2 }),
  };
}

Deno.test("digitsCodec writes arrays that other tools read, and reads them back as views", () => {
  const files = digitsCodec.encode(digits);
  assert.deepEqual(Object.keys(files).sort(), ["digits.json", "images.npy", "labels.npy"]);
  const decoded = digitsCodec.decode(files);
  assert.deepEqual(decoded, digits);
  assert.equal(decoded.images.buffer, files["images.npy"]!.buffer);
});

Deno.test("digitsCodec.encode() does not copy the pictures that splitDigits() parted", () => {
  for (const part of Object.values(splitDigits(smallDigits(20), { validation: 5 }))) {
    const files = digitsCodec.encode(part);
    assert.equal(files["images.npy"]!.buffer, part.images.buffer);
    assert.deepEqual(digitsCodec.decode(files), part);
  }
});

Deno.test("digitsCodec keeps no digits at all, as when none are set aside", () => {
  const none = { ...digits, images: new Uint8Array(), labels: new Uint8Array() };
  assert.deepEqual(digitsCodec.decode(digitsCodec.encode(none)), none);
});

for (const shape of [[4, 3, 1], [2, 2, 3]] as const) {
  Deno.test(`datasetCodec.decode() undoes encode() for pictures of ${shape}`, () => {
    const files = datasetCodec.encode(dataset(shape));
    const decoded = datasetCodec.decode(files);
    assert.deepEqual(decoded, dataset(shape));
    const again = datasetCodec.encode(decoded);
    assert.deepEqual(again, files);
    assert.equal(again["train-images-idx3-ubyte"]!.buffer, decoded.train.images.buffer);
  });
}

Deno.test("digitsCodec and datasetCodec refuse another schema version", () => {
  const changed = { schemaVersion: 2, classNames: ["a"] };
  assert.throws(
    () => digitsCodec.decode({ ...digitsCodec.encode(digits), "digits.json": encodeJson(changed) }),
    {
      name: "DataError",
      message:
        "Cannot read digits.json as its schema version is 2: this release reads version 1; " +
        "use the release that wrote it, or make it anew",
    },
  );
  const files = datasetCodec.encode(dataset([4, 3, 1]));
  assert.throws(
    () => datasetCodec.decode({ ...files, "dataset.json": encodeJson({ classNames: [] }) }),
    /^DataError: Cannot read dataset\.json as schemaVersion is wrong: /,
  );
});

Deno.test("digitsCodec says which file is missing or wrong", () => {
  const files = digitsCodec.encode(digits);
  const { "labels.npy": _, ...withoutLabels } = files;
  assert.throws(
    () => digitsCodec.decode(withoutLabels),
    /^DataError: Cannot read the artifact: labels\.npy is missing, there are only digits\.json, images\.npy$/,
  );
  const wrong = (name: string, data: Uint8Array | Float32Array, shape: number[], message: RegExp) =>
    assert.throws(
      () => digitsCodec.decode({ ...files, [name]: encodeNpy({ data, shape }) }),
      message,
    );
  wrong(
    "images.npy",
    new Uint8Array(84),
    [7, 12],
    /must be \[count, height, width, channels\]: got \[7, 12\]$/,
  );
  wrong("images.npy", new Float32Array(84), [7, 4, 3, 1], /type must be \|u1: got <f4$/);
  wrong(
    "labels.npy",
    new Uint8Array(6),
    [6],
    /must be \[7\], as there are so many pictures: got \[6\]$/,
  );
  wrong("labels.npy", new Uint8Array(7).fill(10), [7], /must be 0 to 9: got 10 at index 0$/);
  assert.throws(
    () => digitsCodec.decode({ ...files, "digits.json": new Uint8Array([123]) }),
    /^DataError: Cannot read digits\.json as it is not JSON: /,
  );
});
