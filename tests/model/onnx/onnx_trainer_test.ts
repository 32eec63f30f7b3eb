import assert from "node:assert/strict";
import { Random } from "../../../lib/base/random.ts";
import type { Optimizer, TrainerOptions } from "../../../lib/model/engine.ts";
import { dense, dropout } from "../../../lib/model/layers.ts";
import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";
import { adam, rmsprop, sgd } from "../../../lib/model/optimizers.ts";

const layers = [dropout(0.3), dense(3)];
const batch = {
  images: Uint8Array.from({ length: 24 }, (_, i) => i * 10),
  labels: Uint8Array.of(0, 1, 2, 0),
};

async function trainerWith(options: Partial<TrainerOptions> = {}) {
  const engine = await loadOnnxEngine({ threads: 1 });
  return await engine.trainer(layers, {
    imageShape: [2, 3, 1],
    optimizer: sgd(),
    batchSize: 4,
    seed: 1,
    emaMomentum: 0,
    ...options,
  });
}

Deno.test("the average spans the newest tenth of the steps until its momentum does", async () => {
  await using trainer = await trainerWith({ emaMomentum: 0.6 });
  let average = new Float64Array();
  for (let step = 1; step <= 30; step++) {
    await trainer.step(batch, { learningRate: 0.1 });
    const { vectors } = await trainer.save();
    const weights = Float64Array.from(vectors["weights"]!);
    // The first step's weights are the first average.
    const share = Math.max(0.4, 10 / (9 + step));
    average = step === 1
      ? weights
      : average.map((value, i) => value + share * (weights[i]! - value));
    const found = vectors["average"]!;
    assert.ok(average.every((value, i) => Math.abs(value - found[i]!) < 1e-6));
  }
});

const slots: readonly (readonly [Optimizer, readonly string[]])[] = [
  [sgd(), []],
  [sgd({ momentum: 0.9 }), ["momentum"]],
  [rmsprop(), ["velocity"]],
  [rmsprop({ momentum: 0.9 }), ["velocity", "momentum"]],
  [adam(), ["moment1", "moment2"]],
];

for (const [optimizer, names] of slots) {
  const slots = names.join(" and ") || "nothing";
  Deno.test(`${JSON.stringify(optimizer)} remembers ${slots}`, async () => {
    await using trainer = await trainerWith({ optimizer });
    const { vectors, steps } = await trainer.save();
    assert.deepEqual(Object.keys(vectors), ["weights", ...names]);
    assert.equal(steps, 0);
    for (const name of names) assert.deepEqual(vectors[name], new Float32Array(21));
  });
}

Deno.test("save() while a step is going on saves what was before it", async () => {
  await using trainer = await trainerWith({ optimizer: adam(), emaMomentum: 0.9 });
  await trainer.step(batch, { learningRate: 0.1 });
  const before = await trainer.save();
  const step = trainer.step(batch, { learningRate: 0.1 });
  const during = await trainer.save();
  await step;
  assert.deepEqual(during, before);
  assert.equal((await trainer.save()).steps, 2);
});

Deno.test("step() refuses to start while a step is going on", async () => {
  await using trainer = await trainerWith();
  const step = trainer.step(batch, { learningRate: 0.1 });
  await assert.rejects(trainer.step(batch, { learningRate: 0.1 }), /Cannot step while/);
  await step;
  await trainer.step(batch, { learningRate: 0.1 });
});

Deno.test("step() refuses a learning rate that is no rate, and nothing has changed", async () => {
  await using trainer = await trainerWith();
  const before = await trainer.save();
  for (const learningRate of [NaN, -1, Infinity]) {
    await assert.rejects(trainer.step(batch, { learningRate }), {
      name: "RangeError",
      message: `Cannot train as learningRate must be 0 or more: got ${learningRate}`,
    });
  }
  assert.deepEqual(await trainer.save(), before);
});

Deno.test("trainer() refuses an optimizer's setting out of range", async () => {
  await assert.rejects(trainerWith({ optimizer: adam({ beta2: 1 }) }), {
    name: "RangeError",
    message: "Cannot train as optimizer.beta2 must be from 0 up to, but not including, 1: got 1",
  });
});

Deno.test("trainer() refuses the state of another optimizer", async () => {
  await using trainer = await trainerWith({ optimizer: adam() });
  const state = await trainer.save();
  await assert.rejects(trainerWith({ optimizer: sgd(), state }), {
    name: "RangeError",
    message: "Cannot train as the state to go on from must be weights[21]: " +
      "got weights[21], moment1[21], moment2[21]",
  });
});

Deno.test("dropout draws the seed's random numbers", async () => {
  await using trainer = await trainerWith({ seed: 9 });
  const { random } = await trainer.save();
  await trainer.step(batch, { learningRate: 0.1 });
  const wanted = new Random(0);
  wanted.state = random;
  // 6 pixels of 4 images, two a word.
  for (let i = 0; i < 12; i++) wanted.bits();
  assert.deepEqual((await trainer.save()).random, wanted.state);
});

Deno.test("a disposed trainer may be disposed of again", async () => {
  const trainer = await trainerWith();
  await trainer[Symbol.asyncDispose]();
  await trainer[Symbol.asyncDispose]();
});
