/** What is left when the process dies, and what the same call makes of it. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { BusyError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import {
  type ArtifactStore,
  defineComponent,
  definePipeline,
  digestFiles,
  integer,
  runLocal,
  storeStepCache,
} from "../../lib/pipeline/mod.ts";
import { folderStore } from "../../lib/store/folder_store.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { dieAt } from "../store/dying_disk.ts";
import { bench, count, numbers, numbersCodec, sum } from "./sample.ts";
import { testHost } from "./test_host.ts";

class Death extends Error {}

/** A store whose process dies at an operation: just before it is done, or just after. */
function dyingStore(store: ArtifactStore, diesAt: number, after: boolean) {
  let operations = 0;
  const live = async <T>(operation: () => Promise<T>): Promise<T> => {
    operations++;
    if (operations === diesAt && after) await operation();
    if (operations >= diesAt) throw new Death("the process is dead");
    return await operation();
  };
  const dying: ArtifactStore = {
    uri: (key) => store.uri(key),
    put: (key, files) => live(() => store.put(key, files)),
    open: (uri, file) => store.open(uri, file),
    get: (uri) => live(() => store.get(uri)),
    info: (uri) => live(() => store.info(uri)),
    filesUri: (uri) => store.filesUri(uri),
    remove: (uri) => live(() => store.remove(uri)),
    async *list(prefix) {
      yield* await live(() => Array.fromAsync(store.list(prefix)));
    },
  };
  return { dying, operations: () => operations };
}

/** Counts, squares number by number with a checkpoint after each, adds up, and publishes once. */
function slowPipeline() {
  const squared: number[] = [];
  const published = new Map<string, number>();
  const square = defineComponent({
    name: "square",
    description: "Squares slowly",
    inputs: { numbers: numbers("What") },
    outputs: { numbers: numbers("The squares") },
    async run({ numbers }, { checkpoint }) {
      const done = [...(await checkpoint.load())?.["done"] ?? []];
      for (const number of numbers.slice(done.length)) {
        squared.push(number);
        done.push(number ** 2);
        await checkpoint.save({ done: Uint8Array.from(done) });
      }
      return { numbers: done };
    },
  });
  const publish = defineComponent({
    name: "publish",
    description: "Publishes",
    effects: true,
    inputs: { numbers: numbers("What"), sum: integer("Their sum") },
    outputs: { version: integer("Which") },
    find({ numbers }) {
      const version = published.get(numbers.info.sha256);
      return Promise.resolve(version === undefined ? undefined : { version });
    },
    async run({ numbers }) {
      if (published.size > 0) throw new BusyError(`${numbers} were published before`);
      published.set(digestFiles(await numbersCodec.encode(numbers)), 1);
      return { version: 1 };
    },
  });
  const pipeline = definePipeline({
    name: "slow",
    description: "Takes its time",
    params: {},
    build(_, { step }) {
      const squares = step(square, step(count, { count: 4 }));
      const { sum: total } = step(sum, squares);
      return { ...squares, total, ...step(publish, { ...squares, sum: total }) };
    },
  });
  return { pipeline, square, squared };
}

const run = async (slow: ReturnType<typeof slowPipeline>, store: ArtifactStore) => {
  const options = await bench({ store, cache: storeStepCache(store) });
  const { outputs, steps } = await runLocal(slow.pipeline, {}, options);
  return { outputs: { ...outputs, numbers: outputs.numbers?.info }, steps };
};

async function undisturbed() {
  const store = memoryStore();
  const { dying, operations } = dyingStore(store, Infinity, false);
  const { outputs } = await run(slowPipeline(), dying);
  return { outputs, operations: operations(), kept: await Array.fromAsync(store.list("")) };
}

for (const after of [false, true]) {
  Deno.test(`runLocal() goes on, however often its process dies just ${after ? "after" : "before"} storing something`, async () => {
    const whole = await undisturbed();
    strictEqual(whole.outputs.total, 30);
    ok(whole.operations > 20);
    for (let diesAt = 1; diesAt <= whole.operations; diesAt++) {
      const slow = slowPipeline();
      const store = memoryStore();
      const { dying } = dyingStore(store, diesAt, after);
      const error = await run(slow, dying).catch((error) => error);
      ok(error.cause instanceof Death, `died at ${diesAt}`);
      const resumed = await run(slow, store);
      deepStrictEqual(resumed.outputs, whole.outputs);
      deepStrictEqual(await Array.fromAsync(store.list("")), whole.kept, "no more, no less");
      ok(slow.squared.length <= 5, `at most one number is squared twice: ${slow.squared}`);
      const { steps } = await run(slow, store);
      ok(steps.every(({ cached }) => cached));
    }
  });
}

Deno.test("runLocal() goes on in the turn of a loop that its process died in", async () => {
  const run = async (slow: ReturnType<typeof slowPipeline>, store: ArtifactStore) => {
    const loop = definePipeline({
      name: "loop",
      description: "Squares in a loop",
      params: {},
      build: (_, { step, forEach }) =>
        forEach([3, 2], (far) => {
          const squares = step(slow.square, step(count, { count: far }));
          return step(sum, squares);
        }, { parallelism: 1 }),
    });
    const options = await bench({ store, cache: storeStepCache(store) });
    return await runLocal(loop, {}, options);
  };
  const { dying, operations } = dyingStore(memoryStore(), Infinity, false);
  deepStrictEqual((await run(slowPipeline(), dying)).outputs.sum, [14, 5]);
  for (let diesAt = 1; diesAt <= operations(); diesAt++) {
    const slow = slowPipeline();
    const store = memoryStore();
    const error = await run(slow, dyingStore(store, diesAt, true).dying).catch((error) => error);
    ok(error.cause instanceof Death, `died at ${diesAt}`);
    deepStrictEqual((await run(slow, store)).outputs.sum, [14, 5]);
    ok(slow.squared.length <= 6, `at most one number is squared twice: ${slow.squared}`);
    deepStrictEqual(await Array.fromAsync(store.list("checkpoints/")), []);
  }
});

/** One command's worth of work in a home folder. */
async function runAtHome(slow: ReturnType<typeof slowPipeline>, home: string) {
  const store = folderStore(`${home}/artifacts`);
  const tracker = journalTracker({ folder: home, host: { now: () => 0 } });
  const options = { experiment: "tests", name: "slow", params: {}, tags: {}, resumeKey: "slow" };
  await using run = await tracker.start(options);
  const cache = storeStepCache(store);
  const { outputs } = await runLocal(slow.pipeline, {}, { store, run, cache, host: testHost() });
  await run.end("FINISHED");
  return { total: outputs.total, version: outputs.version, sha256: outputs.numbers?.info.sha256 };
}

Deno.test("runLocal() goes on from what is on disk, wherever its process dies", async () => {
  const whole = await undisturbed();
  const random = new Random(1);
  let operations = 400; // until one run has told how many there are
  for (let round = 0; round < 12; round++) {
    const home = await Deno.makeTempDir({ prefix: "digits-home-" });
    const slow = slowPipeline();
    const diesAt = 1 + random.integer(operations);
    const death = await dieAt(diesAt, () => runAtHome(slow, home));
    if (!death.died) operations = death.operations;
    const { total, version, numbers } = whole.outputs;
    deepStrictEqual(await runAtHome(slow, home), { total, version, sha256: numbers?.sha256 });
    ok(slow.squared.length <= 5, `died at ${diesAt}`);
    const runs = await journalTracker({ folder: home, host: { now: () => 0 } }).listRuns();
    deepStrictEqual(runs[0]?.steps.map(({ state }) => state), Array(4).fill("succeeded"));
    await Deno.remove(home, { recursive: true });
  }
});
