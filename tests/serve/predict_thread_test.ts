import assert from "node:assert/strict";
import type { Classifier } from "../../lib/model/engine.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { conv2d, dense } from "../../lib/model/layers.ts";
import { adam } from "../../lib/model/optimizers.ts";
import { PredictThread } from "../../lib/serve/predict_thread.ts";

const CRASH = 201;
const FAIL = 202;

/** A thread with a quick engine, and how often it was started. */
function fakeThread() {
  const starts: URL[] = [];
  const thread = new PredictThread({
    host: {
      worker(module) {
        starts.push(module);
        return new Worker(new URL("./fake_predict_worker.ts", import.meta.url), { type: "module" });
      },
    },
    engine: "fake",
    threads: 1,
  });
  return { thread, starts };
}

/** A model that only the thread can compute. */
function savedModel(...onnx: readonly number[]): Classifier {
  return {
    imageShape: [2, 3, 1],
    classes: 10,
    predict: () => assert.fail("It was computed here"),
    save: () => Promise.resolve(Uint8Array.from(onnx)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function picture(first: number, last: number): Uint8Array {
  return Uint8Array.of(first, 0, 0, 0, 0, last);
}

Deno.test("PredictThread starts with the first pictures, and computes any number of models", async () => {
  const { thread, starts } = fakeThread();
  using _ = thread;
  const two = thread.classifier(savedModel(2));
  await using three = thread.classifier(savedModel(3));
  assert.equal(starts.length, 0);
  const answers = await Promise.all([
    two.predict(picture(0, 4)),
    three.predict(picture(0, 5)),
    two.predict(Float32Array.of(0, 0, 0, 0, 0, 6 / 255)),
  ]);
  assert.deepEqual(
    answers.map((row) => [row.findIndex((p) => p > 0), Math.max(...row)]),
    [[4, 2], [5, 3], [6, 2]],
  );
  await two[Symbol.asyncDispose]();
  assert.equal((await three.predict(picture(0, 1)))[1], 3);
  assert.equal((await two.predict(picture(0, 1)))[1], 2);
  assert.equal(starts.length, 1);
  assert.match(starts[0]!.pathname, /\/lib\/serve\/predict_worker\.ts$/);
});

Deno.test("PredictThread passes on what fails, and goes on", async () => {
  using thread = fakeThread().thread;
  const model = thread.classifier(savedModel(1));
  await assert.rejects(model.predict(picture(FAIL, 0)), /^Error: These pictures can't be read$/);
  assert.equal((await model.predict(picture(0, 3)))[3], 1);
});

Deno.test("PredictThread that crashes tells all who wait, and starts again for the next", async () => {
  const { thread, starts } = fakeThread();
  using _ = thread;
  const model = thread.classifier(savedModel(1));
  const results = await Promise.allSettled([
    model.predict(picture(CRASH, 0)),
    model.predict(picture(0, 1)),
  ]);
  for (const result of results) {
    assert(result.status === "rejected");
    assert.match(result.reason.message, /^Cannot predict as the predicting thread crashed: /);
  }
  assert.equal((await model.predict(picture(0, 3)))[3], 1);
  assert.equal(starts.length, 2);
});

Deno.test("PredictThread tells who asks for a model that can't be loaded", async () => {
  using thread = fakeThread().thread;
  await assert.rejects(
    thread.classifier(savedModel()).predict(picture(0, 1)),
    /The model is broken/,
  );
});

Deno.test("PredictThread that is disposed of leaves nobody waiting", async () => {
  const { thread } = fakeThread();
  const model = thread.classifier(savedModel(1));
  await model.predict(picture(0, 1));
  const waiting = assert.rejects(model.predict(picture(CRASH, 0)), /as the server ends$/);
  await Promise.resolve();
  thread[Symbol.dispose]();
  await waiting;
});

Deno.test("PredictThread computes with a real engine what this thread computes", async () => {
  const engine = await loadEngine("onnx", { threads: 1 });
  await using trainer = await engine.trainer(
    [conv2d(4, 3, { activation: "relu" }), dense(10)],
    { imageShape: [8, 8, 1], optimizer: adam(), batchSize: 1, seed: 1, emaMomentum: 0 },
  );
  await using here = await trainer.classifier();
  using thread = new PredictThread({
    host: { worker: (module) => new Worker(module, { type: "module" }) },
    engine: engine.name,
    threads: 1,
  });
  const images = Uint8Array.from({ length: 64 * 5 }, (_, i) => i % 251);
  assert.deepEqual(await thread.classifier(here).predict(images), await here.predict(images));
});
