import assert from "node:assert/strict";
import { type BatchOptions, batchPredictor } from "../../lib/serve/batch_predictor.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import { RequestError } from "../../lib/serve/request_error.ts";
import { sumClass, sumPredictor } from "./fake_predictor.ts";

/** A model whose inferences end when they are told to. */
function slowModel() {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const predictor = sumPredictor({
    async predict(images) {
      sizes.push(images.length / 6);
      await new Promise<void>((resolve) => ends.push(resolve));
      return await sumPredictor().predict(images);
    },
  });
  return {
    predictor,
    /** Of the inferences so far. */
    sizes,
    /** Ends the one that runs. */
    async end(): Promise<void> {
      ends.shift()!();
      for (let i = 0; i < 20; i++) await Promise.resolve();
    },
  };
}

function batched(predictor: Predictor, options: Partial<BatchOptions> = {}): Predictor {
  return batchPredictor(predictor, { now: () => 0, ...options });
}

function picture(last: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, last);
}

function classesOf({ probabilities }: { readonly probabilities: Float32Array }): number[] {
  return Array.from(
    { length: probabilities.length / 10 },
    (_, i) => probabilities.subarray(10 * i, 10 * i + 10).indexOf(1),
  );
}

Deno.test("batchPredictor() computes a lone request at once", () => {
  const { predictor, sizes } = slowModel();
  void batched(predictor).predict(picture(1));
  assert.deepEqual(sizes, [1]);
});

Deno.test("batchPredictor() computes what came meanwhile in one inference, and gives everyone their own", async () => {
  const model = slowModel();
  const shared = batched(model.predictor);
  const answers = [
    shared.predict(picture(1)),
    shared.predict(picture(2)),
    shared.predict(Float32Array.of(0, 0, 0, 0, 0, 3 / 255)),
    shared.predict(Uint8Array.of(...picture(4), ...picture(5))),
  ];
  await model.end();
  await model.end();
  assert.deepEqual(model.sizes, [1, 4]);
  assert.deepEqual((await Promise.all(answers)).map(classesOf), [[1], [2], [3], [4, 5]]);
});

Deno.test("batchPredictor() puts no more pictures together than maxBatch, in the order in which they came", async () => {
  const model = slowModel();
  const batches: [number, number][] = [];
  const shared = batched(model.predictor, {
    maxBatch: 3,
    observer: { batch: (images, waiting) => batches.push([images, waiting]) },
  });
  const answers = [1, 2, 3, 4, 5, 6].map((last) => shared.predict(picture(last)));
  const large = shared.predict(new Uint8Array(6 * 5));
  for (let i = 0; i < 4; i++) await model.end();
  assert.deepEqual(model.sizes, [1, 3, 2, 5]);
  assert.deepEqual(batches, [[1, 0], [3, 7], [2, 5], [5, 0]]);
  assert.deepEqual((await Promise.all(answers)).flatMap(classesOf), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(classesOf(await large), [0, 0, 0, 0, 0]);
});

Deno.test("batchPredictor() of one picture at a time shares nothing", async () => {
  const model = slowModel();
  const shared = batched(model.predictor, { maxBatch: 1 });
  const answers = [1, 2, 3].map((last) => shared.predict(picture(last)));
  for (const _ of answers) await model.end();
  assert.deepEqual(model.sizes, [1, 1, 1]);
  assert.deepEqual((await Promise.all(answers)).flatMap(classesOf), [1, 2, 3]);
});

Deno.test("batchPredictor() refuses with 503 who comes when too many wait", async () => {
  const model = slowModel();
  const shared = batched(model.predictor, { maxWaiting: 4 });
  const running = shared.predict(picture(1));
  const waiting = shared.predict(new Uint8Array(6 * 4));
  await assert.rejects(shared.predict(picture(2)), (error) => {
    assert(error instanceof RequestError);
    assert.equal(error.status, 503);
    assert.equal(error.headers["retry-after"], "1");
    assert.match(error.message, /^Cannot take 1 pictures more as 4 are waiting: /);
    return true;
  });
  await model.end();
  await model.end();
  assert.equal(classesOf(await waiting).length, 4);
  assert.deepEqual(classesOf(await running), [1]);
  const again = shared.predict(picture(3));
  await model.end();
  assert.deepEqual(classesOf(await again), [3]);
});

Deno.test("batchPredictor() takes a request that is larger than the queue when nobody waits", async () => {
  const model = slowModel();
  const shared = batched(model.predictor, { maxWaiting: 2, maxBatch: 2 });
  const running = shared.predict(picture(1));
  const large = shared.predict(new Uint8Array(6 * 9));
  await model.end();
  await model.end();
  assert.deepEqual([classesOf(await running).length, classesOf(await large).length], [1, 9]);
});

Deno.test("batchPredictor() refuses with 504 who has waited too long, without computing", async () => {
  const model = slowModel();
  let now = 0;
  const shared = batched(model.predictor, { timeoutMs: 100, now: () => now });
  const running = shared.predict(picture(1));
  const late = shared.predict(picture(2));
  now = 50;
  const inTime = shared.predict(picture(3));
  now = 101;
  const refused = assert.rejects(late, { status: 504, message: /^Cannot predict within 100 ms / });
  await model.end();
  await refused;
  await model.end();
  assert.deepEqual(model.sizes, [1, 1]);
  assert.deepEqual([await running, await inTime].map(classesOf), [[1], [3]]);
});

Deno.test("batchPredictor() leaves out clients that have left, and asks only those for a signal that wait long", async () => {
  const model = slowModel();
  const shared = batched(model.predictor, { maxBatch: 1 });
  const quick = {
    get signal(): AbortSignal {
      return assert.fail("Nobody should have asked");
    },
  };
  const answers = [shared.predict(picture(1), quick), shared.predict(picture(2), quick)];
  const leaving = new AbortController();
  const left = shared.predict(picture(3), { signal: leaving.signal });
  answers.push(shared.predict(picture(4), { signal: new AbortController().signal }));
  leaving.abort();
  const refused = assert.rejects(left, { name: "AbortError" });
  for (let i = 0; i < 3; i++) await model.end();
  await refused;
  assert.deepEqual(model.sizes, [1, 1, 1]);
  assert.deepEqual((await Promise.all(answers)).flatMap(classesOf), [1, 2, 4]);
});

Deno.test("batchPredictor() tells a failure to those who shared it, and goes on", async () => {
  const failure = new Error("broken");
  let broken = true;
  const shared = batched(sumPredictor({
    predict: (images) => broken ? Promise.reject(failure) : sumPredictor().predict(images),
  }));
  const results = await Promise.allSettled([1, 2, 3].map((last) => shared.predict(picture(last))));
  for (const result of results) {
    assert.equal(result.status === "rejected" && result.reason, failure);
  }
  broken = false;
  assert.deepEqual(classesOf(await shared.predict(picture(7))), [7]);
});

Deno.test("batchPredictor() is named and shaped as what it shares, and refuses as that does", async () => {
  const { name, version, imageShape, classNames } = sumPredictor();
  const shared = batched(sumPredictor({
    predict: () => Promise.reject(new RangeError("no whole pictures")),
  }));
  assert.deepEqual(
    [shared.name, shared.version, shared.imageShape, shared.classNames],
    [name, version, imageShape, classNames],
  );
  await assert.rejects(shared.predict(new Uint8Array(5)), RangeError);
});

Deno.test("batchPredictor() gives each of hundreds of clients at once their own answer", async () => {
  const shared = batched(sumPredictor(), { maxBatch: 7 });
  const pictures = Array.from(
    { length: 500 },
    (_, i) => Uint8Array.of(i % 256, i >> 2, 0, 0, 7, 1),
  );
  const answers = await Promise.all(pictures.map(async (picture, i) => {
    for (let wait = i % 11; wait > 0; wait--) await Promise.resolve();
    return await shared.predict(picture);
  }));
  assert.deepEqual(answers.flatMap(classesOf), pictures.map(sumClass));
});
