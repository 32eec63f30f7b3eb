import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import type { Classifier } from "../../lib/model/engine.ts";
import { PredictThread } from "../../lib/serve/predict_thread.ts";
import { sharedPredictor } from "../../lib/serve/shared_predictor.ts";
import { sumPredictor } from "./fake_predictor.ts";

const known = {
  name: "m",
  version: "3",
  description: { imageShape: [2, 3, 1], classNames: Array.from("0123456789") },
} as const;
const batch = { now: () => 0 };

/** Writes down how many pictures it is given. */
function classifier(sizes: number[]): Classifier {
  return {
    imageShape: [2, 3, 1],
    classes: 10,
    async predict(images) {
      sizes.push(images.length / 6);
      return (await sumPredictor().predict(images)).probabilities;
    },
    save: () => Promise.resolve(Uint8Array.of(1)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("sharedPredictor() computes small requests here and large ones in the thread", async () => {
  const sizes: number[] = [];
  using thread = new PredictThread({
    host: {
      worker: () =>
        new Worker(new URL("./fake_predict_worker.ts", import.meta.url), { type: "module" }),
    },
    engine: "fake",
    threads: 1,
  });
  await using shared = sharedPredictor(classifier(sizes), known, { batch, thread, largeFrom: 4 });
  const { name, version, predict } = shared.predictor;
  assert.deepEqual([name, version], ["m", "3"]);
  for (const count of [1, 3, 4, 300]) {
    const { probabilities } = await predict(new Uint8Array(6 * count).fill(1));
    assert.deepEqual(
      Array.from({ length: count }, (_, i) => probabilities.indexOf(1, 10 * i) - 10 * i),
      Array(count).fill(6),
    );
  }
  assert.deepEqual(sizes, [1, 3]);
});

Deno.test("sharedPredictor() without a thread computes all here", async () => {
  const sizes: number[] = [];
  await using shared = sharedPredictor(classifier(sizes), known, { batch });
  await Promise.all([1, 2, 100].map((n) => shared.predictor.predict(new Uint8Array(6 * n))));
  assert.deepEqual(sizes, [1, 2, 100]);
});

Deno.test("sharedPredictor() refuses a description of another model", () => {
  const description = { ...known.description, classNames: ["0"] };
  assert.throws(
    () => sharedPredictor(classifier([]), { ...known, description }, { batch }),
    DataError,
  );
});
