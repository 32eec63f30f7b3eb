import assert from "node:assert/strict";
import { decodeNpy } from "../../lib/digits/npy.ts";
import { RequestSamples } from "../../lib/serve/request_samples.ts";
import { sumPredictor } from "./fake_predictor.ts";

Deno.test("RequestSamples keeps pictures as bytes beside what was answered", async () => {
  const samples = new RequestSamples({ seed: 1 });
  const watched = samples.watch(sumPredictor());
  await watched.predict(Uint8Array.of(1, 2, 3, 4, 5, 6));
  await watched.predict(Float32Array.of(0, 0, 0, 0, 0, 7 / 255));
  const [taken, ...none] = samples.take();
  assert.deepEqual(none, []);
  assert.equal(taken!.key, "sum/1");
  assert.equal(taken!.count, 2);
  assert.deepEqual(decodeNpy(taken!.files["images.npy"]!), {
    shape: [2, 2, 3, 1],
    data: Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 7),
  });
  const { shape, data } = decodeNpy(taken!.files["probabilities.npy"]!);
  assert.deepEqual(shape, [2, 10]);
  assert.deepEqual([data.indexOf(1), data.lastIndexOf(1)], [1, 17]);
  assert.deepEqual(samples.take(), []);
});

Deno.test("RequestSamples keeps no more than asked for, from all that was seen", async () => {
  const samples = new RequestSamples({ most: 50, seed: 1 });
  const watched = samples.watch(sumPredictor());
  for (let i = 0; i < 250; i++) await watched.predict(new Uint8Array(24).fill(i));
  const [taken] = samples.take();
  assert.equal(taken!.count, 50);
  const { data } = decodeNpy(taken!.files["images.npy"]!);
  const mean = Array.from(data).reduce((sum, byte) => sum + byte, 0) / data.length;
  assert(mean > 90 && mean < 160, `the mean of 0 to 249 in the sample is ${mean}`);
});

Deno.test("RequestSamples changes no answer, and keeps nothing of what failed", async () => {
  const samples = new RequestSamples({ seed: 1 });
  const broken = sumPredictor({ predict: () => Promise.reject(new Error("no")) });
  await assert.rejects(samples.watch(broken).predict(new Uint8Array(6)), new Error("no"));
  assert.deepEqual(samples.take(), []);
});
