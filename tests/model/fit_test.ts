import assert from "node:assert/strict";
import { DataError, UsageError } from "../../lib/base/errors.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../lib/model/checkpoint.ts";
import type { Engine, Trainer } from "../../lib/model/engine.ts";
import { evaluateClassifier, lossAndAccuracy } from "../../lib/model/evaluate.ts";
import { fit } from "../../lib/model/fit.ts";
import type { FitContext, FitResult } from "../../lib/model/fit_context.ts";
import { dense, dropout } from "../../lib/model/layers.ts";
import { learningRateAt } from "../../lib/model/learning_rate.ts";
import type { EpochResult, FitState } from "../../lib/model/training_event.ts";
import type { TrainingSettings } from "../../lib/model/training_settings.ts";
import { fakeEngine } from "./fake_engine.ts";
import { fakeClock, readAll, smallData, smallDigits, smallSettings } from "./small_training.ts";

function start(context: Partial<FitContext> = {}, settings: Partial<TrainingSettings> = {}) {
  return fit(fakeEngine, smallData, { ...smallSettings, ...settings }, {
    now: fakeClock(),
    ...context,
  });
}

/** What does not depend on the clock. */
function outcome({ onnx, bestEpoch, history }: FitResult) {
  const results = history.map(({ seconds: _, imagesPerSecond: __, ...rest }) => rest);
  return { onnx, bestEpoch, history: results satisfies EpochResult[] };
}

/** The fake engine with some of its trainers' members replaced. */
function engineWith(change: (trainer: Trainer) => Partial<Trainer>): Engine {
  return {
    ...fakeEngine,
    async trainer(layers, options) {
      const trainer = await fakeEngine.trainer(layers, options);
      return {
        step: (batch, o) => trainer.step(batch, o),
        save: () => trainer.save(),
        classifier: () => trainer.classifier(),
        [Symbol.asyncDispose]: () => trainer[Symbol.asyncDispose](),
        ...change(trainer),
      };
    },
  };
}

Deno.test("fit() tells each epoch and then its checkpoint", async () => {
  const { events, result } = await readAll(start());
  assert.deepEqual(events.map(({ kind }) => kind).filter((kind) => kind !== "batch"), [
    "epoch",
    "checkpoint",
    "epoch",
    "checkpoint",
    "epoch",
    "checkpoint",
  ]);
  const epochs = events.filter((event) => event.kind === "epoch");
  assert.deepEqual(epochs.map(({ kind: _, ...report }) => report), result.history);
  assert.deepEqual(result.history.map(({ epoch }) => epoch), [1, 2, 3]);
});

Deno.test("fit() learns, and gives the model that it judged best", async () => {
  const { result } = await readAll(start({}, { epochs: 8, shift: 0 }));
  const best = result.history[result.bestEpoch - 1]!;
  assert.ok(best.validationAccuracy! > 0.8, `accuracy ${best.validationAccuracy}`);
  assert.ok(result.history[0]!.loss > best.loss);

  await using classifier = await fakeEngine.load(result.onnx);
  const probabilities = await evaluateClassifier(classifier, smallData.validation!);
  const { loss, accuracy } = lossAndAccuracy(probabilities, smallData.validation!.labels);
  assert.equal(accuracy, best.validationAccuracy);
  assert.equal(loss, best.validationLoss);
});

Deno.test("fit() takes every picture once an epoch, in another order each time", async () => {
  const epochs: string[][] = [[], [], []];
  let step = 0;
  const engine = engineWith((trainer) => ({
    step(batch, options) {
      const epoch = epochs[Math.floor(step++ / 6)]!;
      for (let i = 0; i < batch.labels.length; i++) {
        epoch.push(`${batch.labels[i]}:${batch.images.subarray(i * 16, i * 16 + 16)}`);
      }
      return trainer.step(batch, options);
    },
  }));
  await readAll(fit(engine, smallData, { ...smallSettings, shift: 0 }, { now: fakeClock() }));
  const { images, labels } = smallData.train;
  const all = Array.from(labels, (label, i) => `${label}:${images.subarray(i * 16, i * 16 + 16)}`);
  for (const epoch of epochs) assert.deepEqual(epoch.toSorted(), all.toSorted());
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.notDeepEqual(epochs[1], epochs[2]);
});

Deno.test("fit() gives each step the rate of its schedule", async () => {
  const rates: number[] = [];
  const engine = engineWith((trainer) => ({
    step(batch, options) {
      rates.push(options.learningRate);
      return trainer.step(batch, options);
    },
  }));
  const training = fit(engine, smallData, smallSettings, { now: fakeClock() });
  const { result } = await readAll(training);
  const course = { schedule: "cosine", peak: 0.1, steps: 18, warmUp: 0.1 } as const;
  assert.deepEqual(rates, Array.from({ length: 18 }, (_, step) => learningRateAt(step, course)));
  assert.deepEqual(result.history.map((epoch) => epoch.learningRate), [
    rates[5],
    rates[11],
    rates[17],
  ]);
});

Deno.test("fit() tells the same 30 or so batches an epoch at any speed, as running means", async () => {
  for (const stepMs of [0, 20]) {
    const { events } = await readAll(
      start({ now: fakeClock(stepMs / 3) }, { epochs: 2, batchSize: 1 }), // each looks three times
    );
    const batches = events.filter((event) => event.kind === "batch");
    const regular = batches.filter(({ isRegular }) => isRegular);
    const expected = Array.from({ length: 30 }, (_, i) => 3 * (i + 1)); // of 90
    assert.deepEqual(regular.map(({ step }) => step), [...expected, ...expected]);
    const epoch = events.find((event) => event.kind === "epoch")!;
    const last = regular[29]!;
    assert.deepEqual([last.epoch, last.steps], [1, 90]);
    assert.deepEqual([last.loss, last.accuracy], [epoch.loss, epoch.accuracy]);
  }
});

Deno.test("fit() tells other batches, too, where a step takes long", async () => {
  const { events } = await readAll(
    start({ now: fakeClock(20) }, { epochs: 1, batchSize: 1 }),
  );
  const batches = events.filter((event) => event.kind === "batch");
  const first = batches.slice(0, 4);
  assert.deepEqual(first.map(({ step }) => step), [2, 3, 5, 6]);
  assert.deepEqual(first.map(({ isRegular }) => isRegular), [false, true, false, true]);
  assert.equal(Math.round(batches.at(-1)!.imagesPerSecond), 90 / (90 * 0.02));
});

Deno.test("fit() measures no time while its reader is busy", async () => {
  let time = 0;
  const now = () => time += 100;
  const reports = [];
  for await (const event of start({ now })) {
    if (event.kind === "epoch") reports.push(event);
    time += 1e6;
  }
  assert.ok(reports.every(({ seconds }) => seconds < 2));
});

Deno.test("fit() gives the same model for the same seed, and another for another", async () => {
  const { result: first } = await readAll(start());
  const { result: again } = await readAll(start({ now: fakeClock(50) }));
  const { result: other } = await readAll(start({}, { seed: 8 }));
  assert.deepEqual(outcome(again), outcome(first));
  assert.notDeepEqual(other.onnx, first.onnx);
});

Deno.test("fit() resumed from any epoch's checkpoint ends with the same model", async () => {
  const { events, result } = await readAll(start());
  for (const event of events) {
    if (event.kind !== "checkpoint") continue;
    const resume = decodeCheckpoint(encodeCheckpoint(event.state));
    const { result: resumed, events: left } = await readAll(start({ resume }));
    assert.deepEqual(outcome(resumed), outcome(result));
    const epochsLeft = 3 - event.state.history.length;
    assert.equal(left.filter(({ kind }) => kind === "epoch").length, epochsLeft);
  }
});

Deno.test("fit() aborted after any step and resumed ends with the same model", async () => {
  const { result } = await readAll(start());
  for (let stopAfter = 1; stopAfter <= 17; stopAfter++) {
    const resume = await abortAfter(stopAfter);
    assert.equal(resume.history.length * 6 + resume.step, stopAfter);
    const { result: resumed } = await readAll(start({ resume }));
    assert.deepEqual(outcome(resumed), outcome(result), `aborted after step ${stopAfter}`);
  }
});

/** Aborts after that many steps, and passes the last checkpoint through its files. */
async function abortAfter(steps: number): Promise<FitState> {
  const abort = new AbortController();
  const reason = new Error("stop now");
  let state: FitState | undefined;
  let left = steps;
  const training = start({ now: fakeClock(100), signal: abort.signal });
  await assert.rejects(async () => {
    for await (const event of training) {
      if (event.kind === "batch" && --left === 0) abort.abort(reason);
      if (event.kind === "checkpoint") state = event.state;
    }
  }, reason);
  return decodeCheckpoint(encodeCheckpoint(state!));
}

Deno.test("fit() refuses a checkpoint of another training, naming what differs", async () => {
  const resume = await abortAfter(4);
  const others: [Partial<TrainingSettings>, string][] = [
    [{ batchSize: 32 }, "batchSize differ: 32 here, 16 there"],
    [{ layers: [dense(3)] }, "layers differ"],
    [{ epochs: 5 }, "epochs differ: 5 here, 3 there"],
  ];
  for (const [settings, message] of others) {
    await assert.rejects(readAll(start({ resume }, settings)), {
      name: "DataError",
      message: new RegExp(message),
    });
  }
  const { train } = smallData;
  const fewer = fit(fakeEngine, { train }, smallSettings, { now: fakeClock(), resume });
  await assert.rejects(readAll(fewer), DataError);
});

Deno.test("fit() stops when nothing better came for `patience` epochs", async () => {
  const settings = { learningRate: 1e-30, epochs: 20, patience: 3 };
  const { result } = await readAll(start({}, settings));
  assert.equal(result.history.length, 4);
  assert.equal(result.bestEpoch, 1);
});

Deno.test("fit() without validation digits gives the last epoch's model", async () => {
  const { train } = smallData;
  for (const data of [{ train }, { train, validation: smallDigits(0, 1) }]) {
    const { result } = await readAll(fit(fakeEngine, data, smallSettings, { now: fakeClock() }));
    assert.equal(result.bestEpoch, 3);
    assert.ok(result.history.every((epoch) => epoch.validationAccuracy === null));
  }
});

Deno.test("fit() says to lower the learning rate when the loss is no longer a number", async () => {
  let steps = 0;
  const engine = engineWith((trainer) => ({
    step: async (batch, options) =>
      ++steps === 9 ? { loss: NaN, correct: 0 } : await trainer.step(batch, options),
  }));
  await assert.rejects(readAll(fit(engine, smallData, smallSettings, { now: fakeClock() })), {
    name: "RangeError",
    message: "Cannot go on training as the loss became NaN in step 3 of epoch 2: " +
      "lower the learning rate, whose peak is 0.1",
  });
});

Deno.test("fit() disposes of its trainer however it ends", async () => {
  let open = 0;
  const engine: Engine = {
    ...fakeEngine,
    trainer(layers, options) {
      open++;
      return engineWith(() => ({
        [Symbol.asyncDispose]: () => Promise.resolve(void open--),
      })).trainer(layers, options);
    },
  };
  const training = () => fit(engine, smallData, smallSettings, { now: fakeClock(100) });
  await readAll(training());
  assert.equal(open, 0);
  for await (const _ of training()) break;
  assert.equal(open, 0);
});

Deno.test("fit() refuses settings that make no sense, naming them", async () => {
  const bad: [Partial<TrainingSettings>, string][] = [
    [{ epochs: 0 }, "epochs 0: it must be a whole number from 1"],
    [{ epochs: 1.5 }, "epochs 1.5"],
    [{ batchSize: 0 }, "batchSize 0"],
    [{ learningRate: 0 }, "learningRate 0: it must be a number above 0"],
    [{ learningRate: Infinity }, "learningRate"],
    [{ learningRate: NaN }, "learningRate NaN"],
    [{ warmUp: 1 }, "warmUp 1: it must be from 0 to below 1"],
    [{ emaMomentum: -0.1 }, "emaMomentum -0.1"],
    [{ shift: 4 }, "shift 4: it must be a whole number to 3"],
    [{ seed: 0.5 }, "seed 0.5"],
    [{ patience: 0 }, "patience 0: it must be null or a whole number from 1"],
    [{ schedule: "step" as "cosine" }, "schedule step: it must be constant, linear, cosine"],
    [{ layers: [] }, "dense with 3 units"],
    [{ layers: [dense(10)] }, "dense with 3 units"],
    [{ layers: [dense(3), dropout(0.5)] }, "dense with 3 units"],
  ];
  for (const [settings, message] of bad) {
    const refused = (error: Error) =>
      error instanceof UsageError && error.message.includes(message);
    await assert.rejects(readAll(start({}, settings)), refused, message);
  }
});

Deno.test("fit() refuses to learn from no digits, and to stop early without validation", async () => {
  const { train } = smallData;
  const none = fit(fakeEngine, { train: smallDigits(0, 1) }, smallSettings, { now: fakeClock() });
  await assert.rejects(readAll(none), /Cannot train on no digits/);
  const settings = { ...smallSettings, patience: 2 };
  const blind = fit(fakeEngine, { train }, settings, { now: fakeClock() });
  await assert.rejects(readAll(blind), /Cannot stop early without validation digits/);
});
