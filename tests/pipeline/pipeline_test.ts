import { deepStrictEqual, throws } from "node:assert/strict";
import {
  artifact,
  atLeast,
  atMost,
  boolean,
  type Codec,
  defineComponent,
  definePipeline,
  equal,
  flattenTasks,
  type Graph,
  integer,
  lessThan,
  list,
  moreThan,
  notEqual,
  number,
  type RefsOf,
  text,
} from "../../lib/pipeline/mod.ts";
import { count, numbersCodec, shout, sum } from "./sample.ts";

const params = {
  far: integer("How far"),
  least: number("How much is much", { default: 5 }),
  word: text("What to shout", { default: "hello" }),
  loud: boolean("Whether to", { default: true }),
};

/** Traces a pipeline of these parameters whose outputs don't matter. */
function trace(build: (given: RefsOf<typeof params>, graph: Graph) => void) {
  return definePipeline({
    name: "sample",
    description: "A sample",
    params,
    build(given, graph) {
      build(given, graph);
      return {};
    },
  });
}

Deno.test("definePipeline() gives plain data", () => {
  const { nodes, outputs } = definePipeline({
    name: "sample",
    description: "A sample",
    params,
    build(params, { step, when }) {
      const { numbers } = step(count, { count: params.far });
      const { sum: total } = step(sum, { numbers }, { retries: 2, timeoutMs: 1000, cache: false });
      const { said } = when(
        atLeast(total, params.least),
        () => step(shout, { what: "much" }, { id: "cheer", after: ["count"] }),
      );
      return { numbers, total, said, word: params.word };
    },
  });
  const task = {
    kind: "task",
    after: [],
    retries: 0,
    timeoutMs: null,
    cache: true,
    cacheKey: null,
    pod: {},
  };
  deepStrictEqual(nodes, [
    { ...task, id: "count", component: count, inputs: { count: { from: "param", param: "far" } } },
    {
      ...task,
      id: "sum",
      component: sum,
      inputs: { numbers: { from: "task", task: "count", output: "numbers" } },
      retries: 2,
      timeoutMs: 1000,
      cache: false,
    },
    {
      kind: "when",
      id: "when-1",
      condition: {
        left: { from: "task", task: "sum", output: "sum" },
        compare: ">=",
        right: { from: "param", param: "least" },
      },
      nodes: [{
        ...task,
        id: "cheer",
        component: shout,
        inputs: { what: { from: "value", value: "much" } },
        after: ["count"],
      }],
    },
  ]);
  deepStrictEqual(outputs, {
    numbers: { from: "task", task: "count", output: "numbers" },
    total: { from: "task", task: "sum", output: "sum" },
    said: { from: "task", task: "cheer", output: "said" },
    word: { from: "param", param: "word" },
  });
});

Deno.test("definePipeline() leaves inputs with a default to the component", () => {
  const { nodes } = trace((_, { step }) => step(count, {}));
  deepStrictEqual(nodes.map((node) => node.kind === "task" && node.inputs), [{}]);
});

Deno.test("flattenTasks() tells the conditions around every task, the outermost first", () => {
  const { nodes } = trace(({ far, word, loud }, { step, when }) => {
    when(moreThan(far, 1), () => {
      step(count, {});
      when(notEqual(word, ""), () => when(equal(loud, true), () => step(shout, { what: word })));
    });
    when(lessThan(far, 1), () => when(atMost(far, -1), () => step(count, {}, { id: "late" })));
  });
  deepStrictEqual(
    flattenTasks(nodes).map(({ task, conditions }) => [
      task.id,
      ...conditions.map((condition) => "compare" in condition && condition.compare),
    ]),
    [["count", ">"], ["shout", ">", "!=", "=="], ["late", "<", "<="]],
  );
});

interface Weights {
  readonly weights: Float32Array;
}
const weightsCodec: Codec<Weights> = {
  encode: ({ weights }) => ({ "": new Uint8Array(weights.buffer) }),
  decode: () => ({ weights: new Float32Array() }),
};
const train = defineComponent({
  name: "train",
  description: "Makes a model of nothing",
  inputs: {},
  outputs: {
    model: artifact("A model", { codec: weightsCodec, schema: "system.Model" }),
    rate: number("A number"),
    sizes: list("A list"),
  },
  run: () => ({ model: { weights: new Float32Array() }, rate: 0.5, sizes: [] }),
});
const describe = defineComponent({
  name: "describe",
  description: "Says what is in a dataset",
  inputs: { data: artifact("Some", { codec: numbersCodec, schema: "system.Dataset" }) },
  outputs: {},
  run: () => ({}),
});

const add = 'Cannot add task "sum" to pipeline "sample" as';

Deno.test("step() refuses wires that do not fit, in the editor and at run time", () => {
  trace(({ far, word }, { step, when }) => {
    const { numbers } = step(count, { count: far });
    const { model, rate, sizes } = step(train, {});
    throws(
      // @ts-expect-error a model is not numbers
      () => step(describe, { data: model }),
      new TypeError(
        'Cannot add task "describe" to pipeline "sample" as input "data" takes an artifact ' +
          '(system.Dataset): got an artifact (system.Model) from output "model" of task "train"',
      ),
    );
    throws(
      // @ts-expect-error an artifact comes from a step
      () => step(sum, { numbers: [1, 2] }),
      new TypeError(
        `${add} input "numbers" must be a parameter of the pipeline or an output of a step: got [1,2]`,
      ),
    );
    throws(
      // @ts-expect-error a text is no artifact
      () => step(sum, { numbers: word }),
      new TypeError(
        `${add} input "numbers" takes an artifact (system.Artifact): got a parameter (STRING) ` +
          'from parameter "word"',
      ),
    );
    // @ts-expect-error numbers are no integer
    throws(() => step(count, { count: numbers }, { id: "again" }), /input "count" takes a para/);
    throws(
      // @ts-expect-error a text is no integer
      () => step(count, { count: "5" }, { id: "again" }),
      /"count" must be an integer: got "5"/,
    );
    throws(() => step(count, { count: 2.5 }, { id: "again" }), /must be an integer: got 2.5/);
    // The type checker has one type for all numbers.
    throws(() => step(count, { count: rate }, { id: "again" }), /\(NUMBER_INTEGER\): got .*DOUBLE/);
    throws(
      // @ts-expect-error there is no such input
      () => step(sum, { numbers, more: 1 }),
      new TypeError(`${add} input "more" is unknown: there are numbers`),
    );
    // @ts-expect-error numbers has no default
    throws(() => step(sum, {}), new TypeError(`${add} input "numbers" is missing`));
    // @ts-expect-error texts have no order
    throws(() => when(atLeast(word, "a"), () => {}), /">=" compares numbers: got a parameter/);
    // @ts-expect-error lists can't be compared
    throws(() => when(equal(sizes, []), () => {}), /"==" compares texts, numbers or booleans: got/);
    // @ts-expect-error a text never equals a number
    throws(() => when(equal(word, 5), () => {}), /"==" never compares a string and a number/);
    // @ts-expect-error nor is an artifact compared
    throws(() => when(equal(model, model), () => {}), /compares .*: got an artifact/);
    step(sum, { numbers });
  });
});

Deno.test("step() lets an integer be a number", () => {
  const half = defineComponent({
    name: "half",
    description: "Halves",
    inputs: { x: number("What") },
    outputs: { half: number("Half of it") },
    run: ({ x }) => ({ half: x / 2 }),
  });
  trace(({ far }, { step }) => step(half, { x: far }));
});

Deno.test("step() refuses an id that is taken, within a condition too", () => {
  trace(({ far }, { step, when }) => {
    step(count, {});
    const taken = new RangeError(
      'Cannot add task "count" to pipeline "sample" as that id is taken: pass another one in ' +
        "options.id",
    );
    throws(() => step(count, {}), taken);
    throws(() => when(atLeast(far, 1), () => step(count, {})), taken);
    step(count, {}, { id: "count-again" });
    throws(() => step(count, {}, { id: "Count" }), /must be kebab-case/);
  });
});

Deno.test("step() refuses to wait for a task that is not there", () => {
  trace((_, { step }) => {
    throws(
      () => step(count, {}, { after: ["sum"] }),
      new RangeError(
        'Cannot add task "count" to pipeline "sample" as it is to run after "sum": no step has ' +
          "that id so far",
      ),
    );
  });
});

Deno.test("step() refuses retries and time-outs that make no sense", () => {
  trace((_, { step }) => {
    for (const retries of [-1, 1.5, NaN]) throws(() => step(count, {}, { retries }), RangeError);
    for (const timeoutMs of [0, -1, NaN, Infinity, 2 ** 31]) {
      throws(() => step(count, {}, { timeoutMs }), /its timeoutMs must be above 0 and at most/);
    }
  });
});

Deno.test("definePipeline() refuses what comes from another pipeline", () => {
  let others: {
    far: RefsOf<typeof params>["far"];
    numbers: RefsOf<typeof count.outputs>["numbers"];
  };
  trace(({ far }, { step }) => others = { far, ...step(count, {}) });
  trace(({ far }, { step, when }) => {
    throws(
      () => step(sum, { numbers: others.numbers }),
      new RangeError(
        `${add} input "numbers" comes from another pipeline: wire what this one's steps give`,
      ),
    );
    throws(() => step(count, { count: others.far }), /comes from another pipeline/);
    throws(() => when(atLeast(far, others.far), () => {}), /comes from another pipeline/);
  });
  throws(
    () => definePipeline({ name: "other", description: "", params: {}, build: () => others }),
    /^RangeError: Cannot define pipeline "other" as output "far" comes from another pipeline/,
  );
});

Deno.test("definePipeline() refuses outputs that are none, and names that can't be used", () => {
  const define = (name: string, outputs: unknown) =>
    definePipeline({ name, description: "", params: {}, build: () => outputs as never });
  throws(() => define("sample", Promise.resolve({})), /as its build is async: add steps without/);
  throws(() => define("sample", { sum: 5 }), /output "sum" must be a parameter .*: got 5/);
  throws(() => define("my pipeline", {}), /Cannot define pipeline "my pipeline" as its name must/);
  throws(
    () =>
      definePipeline({
        name: "sample",
        description: "",
        params: { "no-epochs": integer("") },
        build: () => ({}),
      }),
    /as parameter "no-epochs" must be named with a letter/,
  );
  throws(
    () =>
      definePipeline({
        name: "sample",
        description: "",
        params: { word: text("", { default: 5 as never }) },
        build: () => ({}),
      }),
    /as the default of parameter "word" must be text: got 5/,
  );
  throws(
    () =>
      definePipeline({
        name: "sample",
        description: "",
        params: { data: artifact("Some", { codec: numbersCodec }) as never },
        build: () => ({}),
      }),
    /as parameter "data" is an artifact \(system.Artifact\): import it by a parameter that is its/,
  );
});

Deno.test("definePipeline() refuses steps that come too late", () => {
  const late: Graph[] = [];
  trace((_, graph) => late.push(graph));
  throws(() => late[0]!.step(count, {}), /the pipeline is defined already: add steps within/);
  throws(() => late[0]!.when(atLeast(1, 0), () => {}), /the pipeline is defined already/);
  trace(({ far }, { when }) => {
    throws(
      () => when(atLeast(far, 1), () => Promise.resolve()),
      /Cannot add condition "when-1" to pipeline "sample" as its build is async/,
    );
  });
});
