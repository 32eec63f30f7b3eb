import assert from "node:assert/strict";
import { UnavailableError, UsageError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../lib/model/checkpoint.ts";
import type { Engine } from "../../lib/model/engine.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { conv2d, dense, dropout, maxPooling2d } from "../../lib/model/layers.ts";
import { trainHere, trainInWorker, type TrainInWorkerOptions } from "../../lib/model/train.ts";
import type { FitState } from "../../lib/model/training_event.ts";
import { fakeEngine } from "./fake_engine.ts";
import { fakeClock, readAll, smallData, smallSettings } from "./small_training.ts";

const smallCnn = {
  ...smallSettings,
  layers: [conv2d(4, 3, { activation: "relu" }), maxPooling2d(2), dropout(0.2), dense(3)],
  learningRate: 0.01,
};

/** A host that counts its workers; it starts `module`, whichever is asked for. */
class CountingHost {
  readonly cores = 1;
  started = 0;
  running = 0;
  readonly #module: string;

  constructor(module: string) {
    this.#module = module;
  }

  worker(): Worker {
    this.started++;
    this.running++;
    const worker = new Worker(new URL(this.#module, import.meta.url), { type: "module" });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      this.running--;
      // Once is enough, and what counts is that it was.
      worker.terminate = () => {};
      terminate();
    };
    return worker;
  }
}

const fakeHost = () => new CountingHost("./fake_train_worker.ts");
const onnxHost: Pick<Host, "worker" | "cores"> = {
  cores: 1,
  worker: (module) => new Worker(module, { type: "module" }),
};

function here(engine: Engine, settings = smallSettings, resume?: FitState) {
  return readAll(
    trainHere(smallData, settings, { dataset: "small", engine, now: fakeClock(), resume }),
  );
}

function inWorker(options: Partial<TrainInWorkerOptions> = {}, settings = smallSettings) {
  return trainInWorker(smallData, settings, { dataset: "small", host: fakeHost(), ...options });
}

Deno.test("trainHere() describes the model it trained, without the time it took", async () => {
  const { result: { model, history } } = await here(fakeEngine);
  const { layers: _, ...settings } = smallSettings;
  const { description } = model;
  assert.deepEqual(description, {
    schemaVersion: 1,
    dataset: "small",
    imageShape: [4, 4, 1],
    classNames: smallData.train.classNames,
    layers: smallSettings.layers,
    parameterCount: 51,
    training: {
      ...settings,
      engine: "fake",
      runtime: "fake 1",
      threads: 1,
      trainCount: 90,
      validationCount: 40,
    },
    history: history.map(({ seconds: _, imagesPerSecond: __, ...result }) => result),
    bestEpoch: description.bestEpoch,
  });
});

Deno.test("trainInWorker() gives the model that trainHere() gives", async () => {
  const host = fakeHost();
  const { result, events } = await readAll(inWorker({ host }));
  const { result: expected } = await here(fakeEngine);
  assert.deepEqual(result.model, expected.model);
  assert.equal(events.filter(({ kind }) => kind === "batch").length, 18);
  assert.deepEqual([host.started, host.running], [1, 0]);
});

for (const engine of ["onnx", "onnx-wasm"]) {
  Deno.test(`trainInWorker() trains on ${engine}, bit for bit as in this thread`, async () => {
    const { result } = await readAll(inWorker({ host: onnxHost, engine }, smallCnn));
    const { result: expected } = await here(await loadEngine(engine, { threads: 1 }), smallCnn);
    assert.deepEqual(result.model, expected.model);
  });
}

Deno.test("training on ONNX Runtime resumed from any checkpoint gives the same bits", async () => {
  const engine = await loadEngine("onnx", { threads: 1 });
  for (const emaMomentum of [0, 0.9]) {
    const settings = { ...smallCnn, emaMomentum };
    const { result, events } = await here(engine, settings);
    const states = events.flatMap((event) => event.kind === "checkpoint" ? [event.state] : []);
    for (const state of [...states, await abortedState(engine, settings)]) {
      const resume = decodeCheckpoint(encodeCheckpoint(state));
      const { result: resumed } = await here(engine, settings, resume);
      assert.deepEqual(resumed.model, result.model);
    }
  }
});

/** Where a training was when it was aborted amid its second epoch. */
async function abortedState(engine: Engine, settings: typeof smallCnn): Promise<FitState> {
  const abort = new AbortController();
  let state: FitState | undefined;
  const training = trainHere(smallData, settings, {
    dataset: "small",
    engine,
    now: fakeClock(100),
    signal: abort.signal,
  });
  await assert.rejects(async () => {
    for await (const event of training) {
      if (event.kind === "batch" && event.epoch === 2 && event.step === 3) abort.abort();
      if (event.kind === "checkpoint") state = event.state;
    }
  }, { name: "AbortError" });
  assert.equal(state?.step, 3);
  return state;
}

Deno.test("trainInWorker() aborted ends with a checkpoint, from which it goes on", async () => {
  const host = fakeHost();
  const abort = new AbortController();
  const reason = new Error("Ctrl-C");
  let last: FitState | undefined;
  const training = inWorker({ host, engine: "waiting", signal: abort.signal });
  await assert.rejects(async () => {
    for await (const event of training) {
      if (event.kind === "batch") abort.abort(reason);
      if (event.kind === "checkpoint") last = event.state;
    }
  }, reason);
  assert.equal(host.running, 0);
  assert.deepEqual([last!.history.length, last!.step], [1, 2]);
  const { result: resumed } = await readAll(inWorker({ resume: last }));
  const { result: expected } = await here(fakeEngine);
  assert.deepEqual(resumed.model, expected.model);
});

Deno.test("trainInWorker() does not start when it is aborted already", async () => {
  const host = fakeHost();
  const reason = new Error("never mind");
  await assert.rejects(readAll(inWorker({ host, signal: AbortSignal.abort(reason) })), reason);
  assert.equal(host.started, 0);
});

Deno.test("trainInWorker() ends its thread when nobody reads on", async () => {
  const host = fakeHost();
  for await (const _ of inWorker({ host })) break;
  assert.deepEqual([host.started, host.running], [1, 0]);
});

Deno.test("trainInWorker() passes on errors of the thread by class, name and message", async () => {
  const cases: [Partial<TrainInWorkerOptions>, object][] = [
    [{ engine: "broken" }, { name: "UnavailableError", constructor: UnavailableError }],
    [{ engine: "odd" }, { name: "OddError", message: "Odd things happen", constructor: Error }],
    [{ engine: "crashing" }, { message: /The thread crashed/ }],
  ];
  for (const [options, expected] of cases) {
    const host = fakeHost();
    await assert.rejects(readAll(inWorker({ ...options, host })), expected);
    assert.equal(host.running, 0);
  }
  const bad = inWorker({}, { ...smallSettings, epochs: 0 });
  await assert.rejects(readAll(bad), { message: /epochs 0/, constructor: UsageError });
});

Deno.test("trainInWorker() refuses an engine that it does not know", async () => {
  const training = inWorker({ host: onnxHost, engine: "abacus" });
  await assert.rejects(readAll(training), { constructor: UsageError, message: /abacus/ });
});
