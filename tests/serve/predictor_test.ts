import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import type { Classifier } from "../../lib/model/engine.ts";
import { classifierPredictor } from "../../lib/serve/predictor.ts";

const options = {
  name: "m",
  version: "3",
  description: { imageShape: [1, 2, 1], classNames: ["light", "dark"] },
} as const;

/** A classifier that calls a picture dark by its first pixel, and writes down how many it is given. */
function brightness(calls: number[] = []): Classifier {
  return {
    imageShape: [1, 2, 1],
    classes: 2,
    predict(images) {
      calls.push(images.length / 2);
      const dark = Float32Array.from(images.filter((_, i) => i % 2 === 0));
      return Promise.resolve(
        Float32Array.from({ length: images.length }, (_, i) => {
          const p = dark[i >> 1]! / (images instanceof Uint8Array ? 255 : 1);
          return i % 2 ? p : 1 - p;
        }),
      );
    },
    save: () => Promise.resolve(new Uint8Array()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("classifierPredictor() has the model's name, version, shape and classes", async () => {
  const predictor = classifierPredictor(brightness(), options);
  assert.equal(predictor.name, "m");
  assert.equal(predictor.version, "3");
  assert.deepEqual(predictor.imageShape, [1, 2, 1]);
  assert.deepEqual(predictor.classNames, ["light", "dark"]);
  const { probabilities } = await predictor.predict(Uint8Array.of(255, 0, 0, 255));
  assert.deepEqual(probabilities, Float32Array.of(0, 1, 1, 0));
});

Deno.test("classifierPredictor() gives the classifier at most 256 pictures at a time, in order", async () => {
  const calls: number[] = [];
  const predictor = classifierPredictor(brightness(calls), options);
  const images = Float32Array.from({ length: 2 * 600 }, (_, i) => (i >> 1) / 600);
  const { probabilities } = await predictor.predict(images);
  assert.deepEqual(calls, [256, 256, 88]);
  assert.deepEqual(
    probabilities.filter((_, i) => i % 2 === 1),
    Float32Array.from({ length: 600 }, (_, i) => Math.fround(i / 600)),
  );
});

Deno.test("classifierPredictor() refuses pixels that are not whole pictures", async () => {
  await assert.rejects(
    classifierPredictor(brightness(), options).predict(new Uint8Array(3)),
    new RangeError("Cannot predict 3 pixels: a picture of m has 2"),
  );
});

Deno.test("classifierPredictor() refuses a description of another model", () => {
  for (
    const description of [
      { imageShape: [2, 1, 1], classNames: ["light", "dark"] },
      { imageShape: [1, 2, 1], classNames: ["light", "dark", "grey"] },
    ] as const
  ) {
    assert.throws(
      () => classifierPredictor(brightness(), { ...options, description }),
      (error) => error instanceof DataError && /^Cannot serve m version 3: /.test(error.message),
    );
  }
});

Deno.test("classifierPredictor() passes on no answer that is not one finite number a class", async () => {
  for (const answer of [Float32Array.of(NaN, 1), Float32Array.of(1), Float32Array.of(0, 1, 0, 1)]) {
    const broken = { ...brightness(), predict: () => Promise.resolve(answer) };
    await assert.rejects(
      classifierPredictor(broken, options).predict(new Uint8Array(2)),
      /^Error: Cannot use the answer of m version 3 for pictures 0 to 1: /,
    );
  }
});
