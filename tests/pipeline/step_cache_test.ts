import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { encodeJson } from "../../lib/base/bytes.ts";
import { UnavailableError } from "../../lib/base/errors.ts";
import {
  type ArtifactStore,
  defineComponent,
  definePipeline,
  integer,
  list,
  memoryStepCache,
  runLocal,
  type RunLocalOptions,
  type StepCache,
  storeStepCache,
  text,
} from "../../lib/pipeline/mod.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { bench, count, numbers, sum } from "./sample.ts";
import { fuzzCount } from "../fuzz_count.ts";

const total = definePipeline({
  name: "total",
  description: "Counts and adds up",
  params: { far: integer("How far", { default: 3 }) },
  build({ far }, { step }) {
    const { numbers } = step(count, { count: far });
    return { numbers, ...step(sum, { numbers }) };
  },
});

/** Which steps came from the cache. */
async function cached(options: RunLocalOptions, params: { far?: number } = {}): Promise<string[]> {
  const { steps, outputs } = await runLocal(total, params, options);
  strictEqual(outputs.sum, params.far === 4 ? 10 : 6);
  return steps.filter(({ cached }) => cached).map(({ name }) => name);
}

const caches: [name: string, make: (store: ArtifactStore) => StepCache][] = [
  ["memoryStepCache()", () => memoryStepCache()],
  ["storeStepCache()", storeStepCache],
];

for (const [name, make] of caches) {
  Deno.test(`${name} gives back what was set last`, async () => {
    const cache = make(memoryStore());
    strictEqual(await cache.get("a"), undefined);
    const result = {
      sum: { kind: "value", value: { nested: [1, null, "ß"] } },
      model: { kind: "artifact", info: { uri: "memory:m", size: 1, sha256: "00" } },
    } as const;
    await cache.set("a", result);
    await cache.set("b", {});
    deepStrictEqual(await cache.get("a"), result);
    await cache.set("a", { sum: { kind: "value", value: 2 } });
    deepStrictEqual(await cache.get("a"), { sum: { kind: "value", value: 2 } });
    deepStrictEqual(await cache.get("b"), {});
  });

  Deno.test(`${name} spares a second run every step`, async () => {
    const store = memoryStore();
    const options = await bench({ store, cache: make(store) });
    deepStrictEqual(await cached(options), []);
    deepStrictEqual(await cached(options), ["count", "sum"]);
    deepStrictEqual(await cached(options, { far: 4 }), []);
    deepStrictEqual(await cached({ ...options, environment: { threads: "1" } }), []);
  });

  Deno.test(`${name} is not believed when an artifact is gone`, async () => {
    const store = memoryStore();
    const options = await bench({ store, cache: make(store) });
    const { outputs } = await runLocal(total, {}, options);
    await store.remove(outputs.numbers!.uri);
    deepStrictEqual(await cached(options), ["sum"]); // the same numbers again, so the same sum
    deepStrictEqual(await cached(options), ["count", "sum"]);
  });
}

Deno.test("runLocal() reads no artifact when every step is cached", async () => {
  const store = memoryStore();
  const cache = memoryStepCache();
  await runLocal(total, {}, await bench({ store, cache }));
  const unreadable: ArtifactStore = { ...store, get: () => Promise.reject(new Error("was read")) };
  const { outputs } = await runLocal(total, {}, await bench({ store: unreadable, cache }));
  await rejects(outputs.numbers!.value(), /was read/);
});

const entryOf = async (store: ArtifactStore, step: string): Promise<string> => {
  for await (const { uri } of store.list("cache/")) {
    const bytes = (await store.get(uri))["step.json"];
    if (new TextDecoder().decode(bytes).includes(`"${step}"`)) return uri;
  }
  throw new Error(`no entry of ${step}`);
};

/** Puts other bytes in the place of what the cache kept of the step `sum`. */
async function damage(store: ArtifactStore, bytes: Uint8Array): Promise<void> {
  const uri = await entryOf(store, "sum");
  await store.remove(uri);
  await store.put(uri.slice("memory:".length), { "step.json": bytes });
}

const entry = (result: unknown, schemaVersion = 1) => encodeJson({ schemaVersion, result });
const damages: [what: string, bytes: Uint8Array][] = [
  ["is empty", new Uint8Array()],
  ["is not JSON", new TextEncoder().encode("{")],
  ["is other JSON", encodeJson([null])],
  ["is of another version", entry({ sum: { kind: "value", value: 6 } }, 2)],
  [
    "misses an output",
    entry({ other: { kind: "value", value: "sum" }, "sum ": { kind: "value", value: 1 } }),
  ],
  [
    "has an artifact for a value",
    entry({ sum: { kind: "artifact", info: { uri: "memory:sum", size: 1, sha256: "" } } }),
  ],
  ["has no value", entry({ sum: { kind: "value" } })],
];
for (const [what, bytes] of damages) {
  Deno.test(`runLocal() ignores and rewrites a cache entry that ${what}`, async () => {
    const store = memoryStore();
    const options = await bench({ store, cache: storeStepCache(store) });
    await cached(options);
    await damage(store, bytes);
    deepStrictEqual(await cached(options), ["count"]);
    deepStrictEqual(await cached(options), ["count", "sum"]);
  });
}

Deno.test("storeStepCache() never crashes on random bytes", async () => {
  const random = new Random(1);
  const whole = entry({ sum: { kind: "value", value: 6 } });
  for (let i = 0; i < fuzzCount(500); i++) {
    const bytes = i % 2 === 0
      ? Uint8Array.from({ length: random.integer(80) }, () => random.integer(256))
      : whole.map((byte) => random.integer(40) === 0 ? random.integer(256) : byte);
    const store = memoryStore();
    await store.put("cache/key", { "step.json": bytes });
    const got = await storeStepCache(store).get("key");
    ok(got === undefined || typeof got === "object");
  }
});

Deno.test("storeStepCache() does not hide that the store can't be reached", async () => {
  const down: ArtifactStore = {
    ...memoryStore(),
    get: () => Promise.reject(new UnavailableError("no network")),
  };
  await rejects(storeStepCache(down).get("key"), /^UnavailableError: no network/);
});

/** A step that changes something outside, and what it changed. */
function effectful(finds: boolean) {
  const outside: string[] = [];
  const component = defineComponent({
    name: "publish",
    description: "Publishes",
    effects: true,
    inputs: { numbers: numbers("What"), name: text("As what", { default: "mine" }) },
    outputs: { place: integer("Where") },
    run({ name, numbers }) {
      outside.push(`${name}: ${numbers}`);
      return { place: outside.length };
    },
    find({ name, numbers }) {
      const done = outside.some((text) => text.startsWith(`${name}: `)) && numbers.info.size > 0;
      return Promise.resolve(finds && done ? { place: 1 } : undefined);
    },
  });
  const pipeline = definePipeline({
    name: "publishes",
    description: "",
    params: {},
    build: (_, { step }) => step(component, { numbers: step(count, {}).numbers }),
  });
  return { pipeline, outside };
}

Deno.test("runLocal() never takes the result of a step with effects from the cache", async () => {
  const { pipeline, outside } = effectful(false);
  const options = await bench({ cache: memoryStepCache() });
  await runLocal(pipeline, {}, options);
  const { steps } = await runLocal(pipeline, {}, options);
  deepStrictEqual(steps.map(({ cached }) => cached), [true, false]);
  deepStrictEqual(outside, ["mine: 1,2,3", "mine: 1,2,3"]);
});

Deno.test("runLocal() does not repeat an effect that the step finds, and reads nothing for it", async () => {
  const { pipeline, outside } = effectful(true);
  const store = memoryStore();
  const options = await bench({ store, cache: memoryStepCache() });
  await runLocal(pipeline, {}, options);
  const unreadable: ArtifactStore = { ...store, get: () => Promise.reject(new Error("was read")) };
  const { steps, outputs } = await runLocal(pipeline, {}, { ...options, store: unreadable });
  deepStrictEqual(steps.map(({ cached }) => cached), [true, true]);
  strictEqual(outputs.place, 1);
  strictEqual(outside.length, 1);
});

Deno.test("runLocal() runs a step that is not to be cached", async () => {
  let runs = 0;
  const component = defineComponent({
    name: "tick",
    description: "",
    inputs: {},
    outputs: { runs: integer("") },
    run: () => ({ runs: ++runs }),
  });
  const pipeline = definePipeline({
    name: "ticks",
    description: "",
    params: {},
    build: (_, { step }) => ({
      fresh: step(component, {}, { cache: false }).runs,
      kept: step(component, {}, { id: "kept", after: ["tick"] }).runs,
    }),
  });
  const options = await bench({ cache: memoryStepCache() });
  deepStrictEqual((await runLocal(pipeline, {}, options)).outputs, { fresh: 1, kept: 2 });
  deepStrictEqual((await runLocal(pipeline, {}, options)).outputs, { fresh: 3, kept: 2 });
});

Deno.test("runLocal() runs a step again when its fingerprint changes", async () => {
  const folder = new Map([["a", 1]]);
  const component = defineComponent({
    name: "read",
    description: "Reads what its input only names",
    inputs: { path: text("Which") },
    outputs: { all: list("What is there") },
    fingerprint: ({ path }) => Promise.resolve(`${path} ${[...folder]}`),
    run: () => ({ all: [...folder.keys()] }),
  });
  const pipeline = definePipeline({
    name: "reads",
    description: "",
    params: {},
    build: (_, { step }) => step(component, { path: "a" }),
  });
  const options = await bench({ cache: memoryStepCache() });
  deepStrictEqual((await runLocal(pipeline, {}, options)).outputs.all, ["a"]);
  strictEqual((await runLocal(pipeline, {}, options)).steps[0]?.cached, true);
  folder.set("b", 2);
  deepStrictEqual((await runLocal(pipeline, {}, options)).outputs.all, ["a", "b"]);
});
