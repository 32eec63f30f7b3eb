/** Groups, calls and imports while a pipeline is built. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import {
  all,
  any,
  artifact,
  artifacts,
  atLeast,
  defineComponent,
  definePipeline,
  equal,
  flattenTasks,
  type Graph,
  integer,
  type JsonValue,
  list,
  member,
  not,
  number,
  type PodOptions,
  type RefsOf,
  struct,
  text,
} from "../../lib/pipeline/mod.ts";
import { count, numbers, numbersCodec, shout, sum } from "./sample.ts";

const params = {
  far: integer("How far"),
  word: text("What to shout", { default: "hello" }),
  words: list("What to shout", { default: ["hello"] }),
  options: struct("Anything", { default: {} }),
};

/** Traces a pipeline of these parameters, and gives its nodes. */
function trace(build: (given: RefsOf<typeof params>, graph: Graph) => void) {
  return definePipeline({
    name: "sample",
    description: "A sample",
    params,
    build(given, graph) {
      build(given, graph);
      return {};
    },
  }).nodes;
}

/** Adds up what loops give. */
const total = defineComponent({
  name: "total",
  description: "Adds up",
  inputs: { sums: list("What to add up", { default: [] }) },
  outputs: { total: integer("The sum") },
  run: ({ sums }) => ({ total: sums.reduce((a: number, b: JsonValue) => a + Number(b), 0) }),
});

const join = defineComponent({
  name: "join",
  description: "Puts numbers one after the other",
  inputs: { parts: artifacts("What", { codec: numbersCodec }) },
  outputs: { numbers: numbers("All of them") },
  run: ({ parts }) => ({ numbers: parts.flat() }),
});

Deno.test("forEach() gives plain data, and lists of what its turns give", () => {
  const nodes = trace(({ far }, { step, forEach }) => {
    const each = forEach([1, 2], (item) => {
      const counted = step(count, { count: item });
      step(shout, { what: "again" }, { after: ["count"] });
      return { ...counted, ...step(sum, counted) };
    }, { parallelism: 2 });
    deepStrictEqual([each.sum.port.kind, each.numbers.port.kind], ["param", "artifacts"]);
    step(total, { sums: each.sum });
    step(join, { parts: each.numbers });
    // @ts-expect-error a list is no number
    throws(() => step(count, { count: each.sum }, { id: "no" }), /takes a parameter \(NUMBER_IN/);
    // @ts-expect-error nor are artifacts one
    throws(() => step(sum, { numbers: each.numbers }, { id: "no" }), /got artifacts \(system.Art/);
    step(count, { count: far }, { id: "after", after: ["for-each-1"] });
  });
  const [loop] = nodes;
  if (loop?.kind !== "for-each") throw new Error("is a loop");
  const { nodes: inner, item, ...rest } = loop;
  deepStrictEqual(rest, {
    kind: "for-each",
    id: "for-each-1",
    items: { from: "value", value: [1, 2] },
    parallelism: 2,
    outputs: {
      numbers: { from: "task", task: "count", output: "numbers" },
      sum: { from: "task", task: "sum", output: "sum" },
    },
  });
  strictEqual(item.type, "NUMBER_INTEGER");
  deepStrictEqual(inner[0]?.kind === "task" && inner[0].inputs, {
    count: { from: "item", loop: "for-each-1" },
  });
});

Deno.test("forEach() tells from its items what an item is", () => {
  const typeOf = (items: readonly JsonValue[]) => {
    const [loop] = trace((_, { step, forEach }) => forEach(items, () => step(count, {})));
    return loop?.kind === "for-each" && loop.item.type;
  };
  deepStrictEqual([[1, -2], [1, 0.5], ["a"], [true], [[1], []], [{ a: 1 }, {}]].map(typeOf), [
    "NUMBER_INTEGER",
    "NUMBER_DOUBLE",
    "STRING",
    "BOOLEAN",
    "LIST",
    "STRUCT",
  ]);
  throws(
    () => typeOf([1, "a"]),
    new TypeError(
      'Cannot add loop "for-each-1" to pipeline "sample" as its items are not all of one type: ' +
        'got [1,"a"]',
    ),
  );
  throws(() => typeOf([null]), /not all of one type/);
  throws(() => typeOf([]), /its items must be a list of JSON values, of one at least: got \[\]/);
});

Deno.test("forEach() takes a list that only the run will know, of items of a given kind", () => {
  trace(({ words, word, far }, { step, forEach }) => {
    const { said } = forEach(words, (what) => step(shout, { what }), { item: text("A word") });
    forEach(said, (what) => step(shout, { what }, { id: "louder" }), { item: text("A word") });
    const build = () => step(count, {});
    // @ts-expect-error what an item is must be said
    throws(() => forEach(words, build), /pass its port in options.item/);
    // @ts-expect-error a text is no list
    throws(() => forEach(word, build, { item: text("") }), /must be a list: got a parameter \(STR/);
    throws(() => forEach([1], build, { item: integer(""), parallelism: 0 }), RangeError);
    throws(
      () => forEach([1, 2.5], build, { item: integer("") }),
      new TypeError(
        'Cannot add loop "for-each-3" to pipeline "sample" as "items[1]" must be an integer: got 2.5',
      ),
    );
    step(count, { count: far });
  });
});

Deno.test("member() takes a member of a struct", () => {
  const nodes = trace(({ options, word }, { step, forEach, when }) => {
    step(shout, { what: member(options, "word", text("A word")) });
    forEach([{ far: 1 }, { far: 2 }], (item) => {
      const far = member(item, "far", integer("How far"));
      when(atLeast(far, 1), () => step(count, { count: far }));
    });
    throws(
      // @ts-expect-error a text has no members
      () => member(word, "length", integer("")),
      new TypeError('Cannot take member "length" as what has it must be a struct: got STRING'),
    );
    throws(
      () => member(member(options, "a", struct("")), "b", text("")),
      /is a member itself, of which Kubeflow takes no members: pass it whole/,
    );
    throws(() => member(options, "a'b", text("")), /must be named with a letter/);
  });
  deepStrictEqual(nodes[0]?.kind === "task" && nodes[0].inputs, {
    what: { from: "param", param: "options", field: "word" },
  });
});

Deno.test("oneOf() gives what the branch gives that runs", () => {
  const nodes = trace(({ far, word }, { step, oneOf }) => {
    const { said } = oneOf([
      [atLeast(far, 2), () => step(shout, { what: "two" }, { id: "two" })],
      [atLeast(far, 1), () => step(shout, { what: "one" }, { id: "one" })],
    ], () => step(shout, { what: word }, { id: "none" }));
    step(shout, { what: said });
    oneOf([[equal(far, 9), () => step(count, {})]]);
  });
  deepStrictEqual(
    nodes.map((node) => node.kind === "branch" && node.branches.map(({ outputs }) => outputs)),
    [
      ["two", "one", "none"].map((task) => ({ said: { from: "task", task, output: "said" } })),
      false,
      [{}],
    ],
  );
  deepStrictEqual(nodes[1]?.kind === "task" && nodes[1].inputs, {
    what: { from: "task", task: "branch-1", output: "said" },
  });
});

Deno.test("oneOf() refuses branches that do not give the same", () => {
  trace(({ far }, { step, oneOf }) => {
    const what = 'Cannot add branches "branch-1" to pipeline "sample" as';
    throws(
      () =>
        // @ts-expect-error a total is nothing that was said
        oneOf(
          [[atLeast(far, 1), () => step(shout, { what: "" }, { id: "a" })]],
          () => step(total, {}, { id: "b" }),
        ),
      new TypeError(
        `${what} one branch gives said and another total: return the same names from all`,
      ),
    );
    throws(
      () =>
        oneOf(
          [[atLeast(far, 1), () => ({ x: step(shout, { what: "" }, { id: "c" }).said as never })]],
          () => ({ x: step(total, {}, { id: "d" }).total }),
        ),
      new TypeError(
        `${what} one branch gives a parameter (STRING) as "x" and another a parameter ` +
          "(NUMBER_INTEGER): return the same kind from all",
      ),
    );
    throws(() => oneOf([]), new TypeError(`${what} there are none: give at least one condition`));
    throws(
      () => oneOf([[atLeast(far, 1), () => ({ far })]], () => ({ far })),
      new TypeError(`${what} there is no step in it: add one within its build`),
    );
  });
});

Deno.test("conditions can be put together", () => {
  const [when] = trace(({ far, word }, { step, when }) => {
    when(
      any(all(atLeast(far, 1), not(equal(word, ""))), equal(word, "always")),
      () => step(count, {}),
    );
    throws(() => when(all(), () => {}), /as all\(\) and any\(\) need a condition/);
    throws(() => when(not(any()), () => {}), /as all\(\) and any\(\) need a condition/);
    // @ts-expect-error texts have no order
    throws(() => when(all(not(atLeast(word, 1))), () => {}), /">=" compares numbers: got a param/);
  });
  const far = { from: "param", param: "far" };
  const word = { from: "param", param: "word" };
  const value = (value: JsonValue) => ({ from: "value", value });
  deepStrictEqual(when?.kind === "when" && when.condition, {
    any: [
      {
        all: [
          { left: far, compare: ">=", right: value(1) },
          { not: { left: word, compare: "==", right: value("") } },
        ],
      },
      { left: word, compare: "==", right: value("always") },
    ],
  });
});

Deno.test("what a group's steps give is refused outside of it", () => {
  trace(({ far, word }, { step, when, forEach, oneOf, onExit }) => {
    const gated = when(atLeast(far, 1), () => step(shout, { what: word }, { id: "gated" }));
    const turns: typeof gated[] = [];
    forEach(["a"], (what) => {
      turns.push(step(shout, { what }, { id: "turn" }));
      throws(() => step(shout, { what: gated.said }), /within condition "when-1"/);
    });
    const branches: typeof gated[] = [];
    oneOf([[atLeast(far, 1), () => {
      branches.push(step(shout, { what: word }, { id: "branch" }));
    }], [atLeast(far, 0), () => {
      throws(() => step(shout, { what: branches[0]!.said }), /within a branch of "branch-1"/);
      step(count, {});
    }]]);
    const guarded = onExit(total, () => ({}), () => step(shout, { what: word }, { id: "inner" }));
    throws(
      () => step(shout, { what: gated.said }),
      new RangeError(
        'Cannot add task "shout" to pipeline "sample" as input "what" comes from output "said" ' +
          'of task "gated" within condition "when-1", which may not hold: use it there, or give ' +
          "it with oneOf()",
      ),
    );
    throws(() => when(equal(gated.said, ""), () => {}), /operand comes from .*condition "when-1"/);
    throws(() => step(shout, { what: turns[0]!.said }), /loop "for-each-1", which gives one a tu/);
    throws(() => step(shout, { what: branches[0]!.said }), /return it from every branch/);
    throws(() => step(shout, { what: guarded.said }), /within exit handler "exit-1", which only/);
    throws(
      () => step(shout, { what: "" }, { after: ["gated"] }),
      /it is to run after "gated": that is within "when-1": name the whole group/,
    );
    step(shout, { what: "" }, { after: ["when-1", "for-each-1", "branch-1", "exit-1"] });
  });
});

Deno.test("a pipeline's outputs may come from a condition or a guarded group, not from a loop", () => {
  const define = (group: (graph: Graph) => unknown) =>
    definePipeline({
      name: "sample",
      description: "",
      params: {},
      build: (_, graph) => ({ out: group(graph) as never }),
    }).outputs;
  const inner = ({ step }: Graph) => () => step(count, {}).numbers;
  const whole = { out: { from: "task", task: "count", output: "numbers" } };
  deepStrictEqual(define((graph) => graph.when(atLeast(1, 0), inner(graph))), whole);
  deepStrictEqual(define((graph) => graph.onExit(total, () => ({}), inner(graph))), whole);
  throws(
    () =>
      define((graph) => {
        const given: unknown[] = [];
        graph.forEach([1], () => void given.push(inner(graph)()));
        return given[0];
      }),
    /Cannot define pipeline "sample" as output "out" comes from .* within loop "for-each-1"/,
  );
  throws(
    () =>
      define((graph) => {
        const given: unknown[] = [];
        graph.onExit(report, (status) => {
          given.push(status);
          return { status };
        }, inner(graph));
        return given[0];
      }),
    /output "out" is the status of "exit-1": no step gives that/,
  );
  throws(
    () =>
      definePipeline({
        name: "sample",
        description: "",
        params,
        build: ({ options }) => ({ out: member(options, "word", text("")) }),
      }),
    /output "out" is member "word" of parameter "options": no step gives that/,
  );
});

Deno.test("a group gives outputs of its own steps only", () => {
  trace(({ far }, { step, forEach, when }) => {
    const before = step(count, {}, { id: "before" });
    const what = 'Cannot add loop "for-each-1" to pipeline "sample" as output';
    const refused = [
      (item: typeof far) => ({ item }),
      () => ({ far }),
      () => before,
      () => when(atLeast(far, 1), () => step(count, {})),
      () => {
        when(atLeast(far, 1), () => step(count, {}, { id: "gated" }), { id: "gate" });
        step(total, {}, { id: "late", after: ["gate"] });
        return step(total, {}, { id: "later", after: ["late"] });
      },
    ];
    for (const [i, given] of refused.entries()) {
      throws(
        () =>
          forEach([1], (item) => {
            step(total, {}, { id: `total-${i}` });
            return given(item);
          }),
        (error: Error) => error.message.startsWith(what) && /directly within/.test(error.message),
      );
    }
    const { numbers } = before;
    throws(() => forEach([1], () => numbers as never), /there is no step in it/);
    throws(
      () => forEach([1], () => step(count, {}, { id: "c" }).numbers as never),
      /by name: got \[object O/,
    );
    throws(() => forEach([1], () => Promise.resolve() as never), /its build is async/);
  });
});

Deno.test("groups are refused when nothing is in them", () => {
  trace(({ far }, { when, forEach, onExit, oneOf }) => {
    const nothing = () => {};
    throws(
      () => when(atLeast(far, 1), nothing),
      new TypeError(
        'Cannot add condition "when-1" to pipeline "sample" as there is no step in it: add one ' +
          "within its build",
      ),
    );
    throws(() => forEach([1], nothing), /there is no step in it/);
    throws(() => onExit(count, () => ({}), nothing), /there is no step in it/);
    throws(() => oneOf([[atLeast(far, 1), nothing]]), /there is no step in it/);
  });
});

Deno.test("ids of steps and groups are one namespace", () => {
  trace(({ far }, { step, when, forEach }) => {
    step(count, {}, { id: "when-1" });
    when(atLeast(far, 1), () => {
      throws(
        () => forEach([1], () => step(count, {}, { id: "own" }), { id: "own" }),
        /Cannot add task "own" to pipeline "sample" as that id is taken/,
      );
      step(count, {});
    }, { id: "gate" });
    when(atLeast(far, 1), () => step(count, {}, { id: "other" }));
    throws(() => step(count, {}, { id: "gate" }), /that id is taken/);
    throws(() => step(count, {}, { id: "when-2" }), /that id is taken/);
    throws(() => when(atLeast(far, 1), () => {}, { id: "Gate" }), /must be kebab-case/);
    throws(
      () => when(atLeast(far, 1), () => step(sum, { numbers: {} as never }, { after: ["x"] })),
      /must be a parameter/,
    );
    throws(
      () => when(atLeast(far, 1), () => step(total, {}, { after: ["mine"] }), { id: "mine" }),
      /it is to run after "mine": it would wait for itself/,
    );
  });
});

const report = defineComponent({
  name: "report",
  description: "Tells how it went",
  inputs: { status: struct("How it went"), word: text("To whom", { default: "you" }) },
  outputs: {},
  run: () => ({}),
});

Deno.test("onExit() guards steps with a task that gets their status", () => {
  const [exit] = trace(({ word }, { step, onExit }) => {
    onExit(report, (status) => ({ status, word }), () => step(count, {}), {
      id: "tell",
      retries: 3,
    });
  });
  if (exit?.kind !== "exit") throw new Error("is an exit handler");
  const { id, inputs, retries, cache } = exit.exit;
  deepStrictEqual([exit.id, id, retries, cache], ["exit-1", "tell", 3, false]);
  deepStrictEqual(inputs, {
    status: { from: "status", exit: "exit-1" },
    word: { from: "param", param: "word" },
  });
});

Deno.test("onExit() refuses what Kubeflow can't do", () => {
  trace(({ far }, { step, when, onExit }) => {
    const { numbers } = step(count, {});
    throws(
      () => onExit(sum, () => ({ numbers }), () => step(count, {}, { id: "inner" })),
      new RangeError(
        'Cannot add exit task "sum" to pipeline "sample" as input "numbers" comes from a step, ' +
          "which may have failed when it runs: wire a parameter, a value or the status",
      ),
    );
    throws(
      () => when(atLeast(far, 1), () => onExit(total, () => ({}), () => step(count, {}))),
      /it would be within "when-1": Kubeflow has it only at the top of a pipeline/,
    );
    const kept: unknown[] = [];
    onExit(
      report,
      (status) => {
        kept.push(status);
        throws(() => member(status, "state", text("")), /is the status itself, of which Kubeflow/);
        return { status };
      },
      () => {
        throws(() => step(total, {}, { after: ["report"] }), /that is within "exit-1"/);
        return step(count, {}, { id: "inner" });
      },
    );
    throws(
      () => step(report, { status: kept[0] as never }, { id: "later" }),
      /comes from the status of "exit-1" within exit handler "exit-1"/,
    );
    throws(() => step(total, {}, { after: ["report"] }), /that is within "exit-1"/);
  });
});

Deno.test("importArtifact() gives an artifact that is there already", () => {
  const nodes = trace(({ word, far }, { step, importArtifact }) => {
    const port = numbers("Numbers from elsewhere");
    step(sum, { numbers: importArtifact(port, "s3://bucket/numbers", { metadata: { far: 1 } }) });
    importArtifact(port, word, { id: "other", reimport: true });
    // @ts-expect-error a number is no URI
    throws(() => importArtifact(port, far), /as its "uri" takes a parameter \(STRING\)/);
    throws(
      () => importArtifact(port, "numbers.txt"),
      new TypeError(
        'Cannot add import "import-2" to pipeline "sample" as its uri must begin with a scheme, ' +
          'such as s3://bucket/key: got "numbers.txt"',
      ),
    );
    // @ts-expect-error a text is no artifact
    throws(() => importArtifact(text(""), "s3://a/b"), /it must be an artifact: got a parameter/);
    throws(
      () => importArtifact(port, "s3://a/b", { metadata: { at: new Date() as never } }),
      /its metadata must be JSON/,
    );
  });
  deepStrictEqual(
    nodes.map((node) => node.kind === "import" && [node.id, node.uri, node.metadata]),
    [
      ["import-1", { from: "value", value: "s3://bucket/numbers" }, { far: 1 }],
      false,
      ["other", { from: "param", param: "word" }, {}],
    ],
  );
});

const inner = definePipeline({
  name: "inner",
  description: "Counts and adds up",
  params: { far: integer("How far", { default: 3 }), least: integer("What is much") },
  build({ far, least }, { step, when }) {
    const counted = step(count, { count: far });
    const { sum: total } = step(sum, counted);
    const { said } = when(atLeast(total, least), () => step(shout, { what: "much" }));
    return { ...counted, total, said, far };
  },
});

Deno.test("step() takes a pipeline, and gives those outputs that it has for sure", () => {
  const nodes = trace(({ far }, { step, forEach }) => {
    const called = step(inner, { least: far });
    step(sum, { numbers: called.numbers });
    const { total: totals } = forEach([1, 2], (least) => {
      const { total } = step(inner, { least, far }, { id: "again", after: ["inner"] });
      return { total };
    });
    step(total, { sums: totals });
    for (const what of [called.said, called.far] as const) {
      throws(
        () => step(shout, { what: what as typeof called.said }),
        /of task "inner" whose pipeline may skip it, or has it from no step: use another output/,
      );
    }
    // @ts-expect-error least has no default
    throws(() => step(inner, {}, { id: "no" }), /Cannot add call "no" .* input "least" is missing/);
    // @ts-expect-error a text is no integer
    throws(() => step(inner, { least: "1" }, { id: "no" }), /"least" must be an integer: got "1"/);
  });
  deepStrictEqual(nodes[0]?.kind === "call" && [nodes[0].id, nodes[0].inputs], [
    "inner",
    { least: { from: "param", param: "far" } },
  ]);
});

Deno.test("flattenTasks() finds the tasks in every kind of group, and what they hang on", () => {
  const nodes = trace(({ far }, { step, oneOf, forEach, onExit, importArtifact }) => {
    importArtifact(numbers(""), "s3://a/b");
    onExit(total, () => ({}), () => {
      step(inner, { least: 1 });
      forEach([1], () => step(count, {}, { id: "turn" }));
      oneOf([
        [atLeast(far, 2), () => step(count, {}, { id: "two" })],
        [atLeast(far, 1), () => step(count, {}, { id: "one" })],
      ], () => step(count, {}, { id: "none" }));
    });
  });
  const least = (value: number) => (
    { left: { from: "param", param: "far" }, compare: ">=", right: { from: "value", value } }
  );
  deepStrictEqual(
    flattenTasks(nodes).map(({ path, task, conditions }) => [path, task.id, conditions.length]),
    [
      ["inner.count", "count", 0],
      ["inner.sum", "sum", 0],
      ["inner.shout", "shout", 1],
      ["turn", "turn", 0],
      ["two", "two", 1],
      ["one", "one", 2],
      ["none", "none", 2],
      ["total", "total", 0],
    ],
  );
  const conditions = flattenTasks(nodes).slice(4, 7).map((placed) => placed.conditions);
  deepStrictEqual(conditions, [
    [least(2)],
    [{ not: least(2) }, least(1)],
    [{ not: least(2) }, { not: least(1) }],
  ]);
});

Deno.test("defineComponent() refuses outputs that are lists of artifacts", () => {
  throws(
    () =>
      defineComponent({
        name: "split",
        description: "",
        inputs: {},
        outputs: { parts: artifacts("Parts", { codec: numbersCodec }) },
        run: () => ({ parts: [] }),
      }),
    new TypeError(
      'Cannot define component "split" as output "parts" is a list of artifacts, which only a ' +
        "loop gives: make it one artifact",
    ),
  );
});

Deno.test("artifact() keeps how a value is described", () => {
  const port = artifact("Scores", {
    codec: numbersCodec,
    schema: "system.Metrics",
    metadata: (scores) => ({ best: Math.max(...scores) }),
  });
  deepStrictEqual(port.metadata([1, 3, 2]), { best: 3 });
  deepStrictEqual(numbers("").metadata([1]), {});
});

const pods: [what: string, pod: PodOptions, reason: RegExp][] = [
  ["an image with a blank", { image: "my image" }, /its pod.image must be an image's name/],
  ["an amount of words", { memory: "much" }, /its pod.memory must be an amount such as 500m or 4/],
  [
    "a device of no resource",
    { accelerator: { type: "gpu", count: 1 } },
    /such as nvidia.com\/gpu/,
  ],
  ["no devices", { accelerator: { type: "nvidia.com/gpu", count: 0 } }, /count must be 1 or more/],
  ["a variable with a dash", { env: { "a-b": "" } }, /its pod.env must be named as a variable/],
  [
    "a Secret in capitals",
    { secretEnv: [{ secret: "Mine", keys: {} }] },
    /must be the name of a Secret/,
  ],
  ["an empty key", { configMapEnv: [{ configMap: "a", keys: { A: "" } }] }, /be a key's name/],
  ["a relative path", { volumes: [{ claim: "a", mountPath: "data" }] }, /be an absolute path/],
  ["a long label", { labels: { a: "b".repeat(64) } }, /at most 63 characters/],
  ["a selector with a blank", { nodeSelector: { "a b": "" } }, /be a label's name/],
  [
    "two volumes in one place",
    {
      volumes: [{ claim: "a", mountPath: "/data" }],
      secretVolumes: [{ secret: "b", mountPath: "/data" }],
    },
    /mounts two volumes at \/data: give each its own path/,
  ],
];
for (const [what, pod, reason] of pods) {
  Deno.test(`step() refuses a pod with ${what}`, () => {
    trace((_, { step }) => throws(() => step(count, {}, { pod }), reason));
  });
}

Deno.test("step() takes a pod that Kubernetes would take", () => {
  const pod: PodOptions = {
    image: "localhost/digits:1@sha256:0",
    pullPolicy: "Never",
    cpu: "500m",
    memory: "1.5Gi",
    cpuLimit: "2",
    memoryLimit: "4e9".replace("e9", "G"),
    accelerator: { type: "nvidia.com/gpu", count: 1 },
    env: { LOG_LEVEL: "debug" },
    secretEnv: [{ secret: "digits-recognizer", keys: { MINIO_SECRET_KEY: "secret.key" } }],
    configMapEnv: [{ configMap: "settings", keys: { A: "a" }, optional: true }],
    secretVolumes: [{ secret: "certificates", mountPath: "/etc/certificates" }],
    configMapVolumes: [{ configMap: "settings", mountPath: "/etc/settings" }],
    volumes: [{ claim: "data", mountPath: "/data", subPath: "mnist" }],
    tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }],
    nodeSelector: { "kubernetes.io/arch": "amd64" },
    labels: { "app.kubernetes.io/name": "digits" },
    annotations: { "sidecar.istio.io/inject": "false" },
  };
  const [task] = trace((_, { step }) => step(count, {}, { pod, cacheKey: "mine" }));
  deepStrictEqual(task?.kind === "task" && [task.pod, task.cacheKey], [pod, "mine"]);
  trace((_, { step }) => throws(() => step(count, {}, { cacheKey: "" }), /its cacheKey is empty/));
});

Deno.test("oneOf(), forEach() and onExit() keep the types of what they give", () => {
  trace(({ far }, { step, oneOf, forEach, onExit }) => {
    const half = defineComponent({
      name: "half",
      description: "",
      inputs: { x: number("What") },
      outputs: { half: number("Half of it") },
      run: ({ x }) => ({ half: x / 2 }),
    });
    const { halves, parts } = onExit(report, (status) => ({ status }), () => {
      const { half: halves } = forEach([1, 2.5], (x) => step(half, { x }));
      const { numbers: parts } = forEach([1, 2], (x) => {
        const { numbers } = oneOf(
          [[atLeast(x, 2), () => step(count, { count: x })]],
          () => step(count, { count: far }, { id: "none" }),
        );
        return { numbers };
      });
      step(total, { sums: halves });
      step(join, { parts });
      return { halves, parts };
    });
    // @ts-expect-error lists of numbers are no texts
    throws(() => step(shout, { what: halves }), RangeError);
    // @ts-expect-error artifacts are no parameters
    throws(() => step(total, { sums: parts }, { id: "no" }), RangeError);
  });
});
