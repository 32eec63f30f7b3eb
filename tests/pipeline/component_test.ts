import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import type { Files } from "../../lib/pipeline/artifact_store.ts";
import {
  artifact,
  boolean,
  defineComponent,
  integer,
  list,
  number,
  struct,
  text,
  textCodec,
} from "../../lib/pipeline/mod.ts";
import type { JsonValue } from "../../lib/pipeline/mod.ts";
import { count, numbers, sum } from "./sample.ts";
import { testHost } from "./test_host.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
const same = <T extends true>(): T => true as T;

const everything = defineComponent({
  name: "everything",
  description: "Gives back what it gets",
  inputs: {
    epochs: integer("An integer", { default: 3 }),
    rate: number("A number"),
    name: text("A text"),
    fast: boolean("A boolean", { default: false }),
    sizes: list("A list", { default: [] }),
    extra: struct("A struct", { default: {} }),
  },
  outputs: { all: struct("All of it") },
  run: (inputs) => ({ all: inputs }),
});

Deno.test("component.run() fills in defaults", async () => {
  const { all } = await everything.run({ rate: 0.5, name: "a", extra: { deep: [null, true] } });
  deepStrictEqual(all, {
    epochs: 3,
    rate: 0.5,
    name: "a",
    fast: false,
    sizes: [],
    extra: { deep: [null, true] },
  });
});

Deno.test("component.run() is typed by its ports", async () => {
  const given: Parameters<typeof everything.run>[0] = { rate: 1, name: "" };
  const { all } = await everything.run(given);
  same<Equal<typeof all, { readonly [key: string]: JsonValue }>>();
  const { numbers } = await count.run({});
  same<Equal<typeof numbers, readonly number[]>>();
  // @ts-expect-error name has no default
  await rejects(everything.run({ rate: 1 }), TypeError);
  // @ts-expect-error epochs is a number
  await rejects(everything.run({ ...given, epochs: "5" }), TypeError);
  // @ts-expect-error there is no such input
  await rejects(everything.run({ ...given, epoch: 5 }), TypeError);
  // @ts-expect-error sum has only numbers
  void (async () => (await sum.run({ numbers })).total);
  defineComponent({
    name: "wrong",
    description: "",
    inputs: {},
    outputs: { sum: integer("") },
    // @ts-expect-error the body must return an integer
    run: () => ({ sum: "1" }),
  });
});

const refused: [input: string, value: unknown, reason: string][] = [
  ["epochs", 2.5, "must be an integer: got 2.5"],
  ["epochs", "5", 'must be an integer: got "5"'],
  ["epochs", 2 ** 53, "must be an integer: got 9007199254740992"],
  ["epochs", null, "must be an integer: got null"],
  ["rate", NaN, "must be a finite number: got NaN"],
  ["rate", "1", 'must be a finite number: got "1"'],
  ["name", 7, "must be text: got 7"],
  ["fast", "true", 'must be true or false: got "true"'],
  ["sizes", { 0: 1 }, 'must be a list of JSON values: got {"0":1}'],
  ["sizes", [undefined], "must be a list of JSON values: got [object Array]"],
  ["extra", [], "must be a JSON object: got []"],
  ["extra", { date: new Date(0) }, "must be a JSON object: got [object Object]"],
  ["name", undefined, "is missing"],
  ["extras", 1, "is unknown: there are epochs, rate, name, fast, sizes, extra"],
];

for (const [input, value, reason] of refused) {
  Deno.test(`component.run() refuses "${input}" that ${reason}`, async () => {
    const given = { rate: 1, name: "", [input]: value };
    await rejects(
      everything.run(given as Parameters<typeof everything.run>[0]),
      new TypeError(`Cannot run component "everything" as input "${input}" ${reason}`),
    );
  });
}

Deno.test("component.run() refuses a value that never ends", async () => {
  const circle: Record<string, unknown> = {};
  circle["again"] = circle;
  await rejects(
    everything.run({ rate: 1, name: "", extra: circle as Record<string, JsonValue> }),
    new TypeError(
      'Cannot run component "everything" as input "extra" must be a JSON object: got [object Object]',
    ),
  );
});

Deno.test("component.run() checks what the body returns", async () => {
  const give = (result: unknown) =>
    defineComponent({
      name: "give",
      description: "",
      inputs: {},
      outputs: { sum: integer("A sum"), numbers: numbers("Some") },
      run: () => result as { sum: number; numbers: number[] },
    }).run({});
  const what = 'Cannot finish component "give" as output';
  await rejects(
    give({ sum: 0.5, numbers: [] }),
    new TypeError(`${what} "sum" must be an integer: got 0.5`),
  );
  await rejects(give({ sum: 1 }), new TypeError(`${what} "numbers" is missing`));
  await rejects(give(undefined), new TypeError(`${what} "sum" is missing`));
  await rejects(
    give({ sum: 1, numbers: [], more: 1 }),
    new TypeError(`${what} "more" is unknown: there are sum, numbers`),
  );
});

const curious = defineComponent({
  name: "curious",
  description: "Touches its context",
  inputs: { what: text("What to touch") },
  outputs: { seen: text("What it saw") },
  async run({ what }, { signal, run, host, checkpoint, progress }) {
    progress({ done: 1, total: 1, unit: "steps", note: "" });
    await run.log({ loss: 1 }, 1);
    await checkpoint.save({ "": new Uint8Array() });
    if (what === "host") return { seen: String(host.now()) };
    if (what === "registry") await run.registry.names();
    return { seen: `${signal.aborted} ${await checkpoint.load()}` };
  },
});

Deno.test("component.run() needs no runner", async () => {
  deepStrictEqual(await curious.run({ what: "" }), { seen: "false undefined" });
});

Deno.test("component.run() asks for a host only when the body uses one", async () => {
  await rejects(
    curious.run({ what: "host" }),
    new TypeError(
      'Cannot use "now" in component "curious" as it was called without a host: ' +
        "pass one, run(inputs, { host })",
    ),
  );
  deepStrictEqual(await curious.run({ what: "host" }, { host: testHost() }), { seen: "1000000" });
});

Deno.test("component.run() asks for a run only when the body uses a registry", async () => {
  await rejects(
    curious.run({ what: "registry" }),
    /Cannot use "names" in component "curious" as it was called without a run/,
  );
});

Deno.test("component.run() hands on the context that it gets", async () => {
  const signal = AbortSignal.abort();
  const saved: Files[] = [];
  const checkpoint = {
    load: () => Promise.resolve(saved.at(-1)),
    save: (files: Files) => Promise.resolve(void saved.push(files)),
  };
  const { seen } = await curious.run({ what: "" }, { signal, checkpoint });
  strictEqual(seen, "true [object Object]");
});

Deno.test("defineComponent() refuses names that Kubernetes or Kubeflow would not take", () => {
  const define = (name: string, input = "x", output = "y") =>
    defineComponent({
      name,
      description: "",
      inputs: { [input]: integer("") },
      outputs: { [output]: integer("") },
      run: () => ({ [output]: 1 }),
    });
  for (const name of ["", "Train", "train_model", "-train", "train-", "a".repeat(64), "é"]) {
    throws(() => define(name), /^TypeError: Cannot define component .* must be kebab-case/);
  }
  for (const name of ["train", "2d", "a", "a".repeat(63), "train-2d"]) define(name);
  for (const name of ["", "no-epochs", "1st", "_x", "__proto__", "a b", "a".repeat(64)]) {
    throws(() => define("train", name), /^TypeError: .* as input .* must be named with a letter/);
    throws(() => define("train", "x", name), /^TypeError: .* as output .* must be named/);
  }
  for (const name of ["no_epochs", "x", "imagesPerSecond", "constructor"]) define("train", name);
});

Deno.test("defineComponent() refuses kinds of artifacts that Kubeflow has not", () => {
  const { name, description, outputs } = everything;
  const inputs = {
    model: artifact("A model", { codec: textCodec, schema: "system.Modell" as never }),
  };
  throws(
    () => defineComponent({ name, description, inputs, outputs, run: () => ({ all: {} }) }),
    /^TypeError: Cannot define component "everything" as input "model" is a "system.Modell": choose/,
  );
});

Deno.test("defineComponent() refuses a default of another type", () => {
  throws(
    () =>
      defineComponent({
        name: "train",
        description: "",
        inputs: { epochs: integer("", { default: 2.5 }) },
        outputs: {},
        run: () => ({}),
      }),
    new TypeError(
      'Cannot define component "train" as the default of input "epochs" must be an integer: got 2.5',
    ),
  );
});

Deno.test("defineComponent() refuses to find effects where there are none", () => {
  throws(
    () =>
      defineComponent({
        name: "train",
        description: "",
        inputs: {},
        outputs: {},
        run: () => ({}),
        find: () => Promise.resolve(undefined),
      }),
    /as it has "find" and no effects to be found: set effects to true/,
  );
});
