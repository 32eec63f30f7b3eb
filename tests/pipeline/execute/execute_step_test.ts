import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../../lib/base/errors.ts";
import { executeStep } from "../../../lib/pipeline/execute/execute_step.ts";
import { parseExecutorInput } from "../../../lib/pipeline/execute/executor_input.ts";
import {
  artifact,
  artifacts,
  boolean,
  bytesCodec,
  type Component,
  defineComponent,
  digestFiles,
  integer,
  jsonCodec,
  type JsonValue,
  list,
  number,
  struct,
  text,
  textCodec,
} from "../../../lib/pipeline/mod.ts";
import type { RunEvent } from "../../../lib/pipeline/run_event.ts";
import type { StepContext } from "../../../lib/pipeline/step_context.ts";
import { memoryTracker } from "../../../lib/track/memory_tracker.ts";
import { count, numbers, someRun, sum } from "../sample.ts";
import { testHost } from "../test_host.ts";
import { collect, executorInput, type Given, memoryDisk } from "./launcher.ts";

const bytes = (words: string) => new TextEncoder().encode(words);

interface Pod {
  readonly disk?: ReturnType<typeof memoryDisk>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Runs a component as a pod would. */
async function execute(component: Component, given: Given = {}, pod: Pod = {}) {
  const { disk = memoryDisk(), signal = new AbortController().signal, onEvent = () => {} } = pod;
  const input = executorInput(component, given);
  const run = await memoryTracker({ now: () => 0 }).start(someRun);
  const { found } = await executeStep(
    component,
    parseExecutorInput(JSON.stringify(input), component),
    {
      host: { ...testHost([5_000]), disk },
      run,
      checkpoint: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
      signal,
      onEvent,
    },
  );
  return { found, disk, run, ...await collect(input, disk) };
}

const everyKind = {
  integer: integer("i"),
  number: number("n"),
  text: text("t"),
  boolean: boolean("b"),
  list: list("l"),
  struct: struct("s"),
};

const echo = defineComponent({
  name: "echo",
  description: "Gives what it gets",
  inputs: everyKind,
  outputs: everyKind,
  run: (inputs) => inputs,
});

Deno.test("executeStep() hands every kind of parameter through, as files and in the report", async () => {
  const params = {
    integer: -7,
    number: 1e-7,
    text: ' spaces, "quotes"\nand ü\n',
    boolean: false,
    list: [1, "two", [null]],
    struct: { a: { b: [] } },
  };
  const { parameterValues, disk } = await execute(echo, { params });
  assert.deepEqual(parameterValues, params);
  const read = (name: string) =>
    new TextDecoder().decode(disk.files.get(`/tmp/kfp/outputs/${name}`));
  assert.equal(read("boolean"), "false");
  assert.equal(read("list"), '[1,"two",[null]]');
  assert.equal(read("text"), params.text);
});

Deno.test("executeStep() reads parameters that Kubeflow has made text of", async () => {
  const params = {
    integer: "3",
    number: "0.5",
    text: "3",
    boolean: "true",
    list: "[1]",
    struct: '{"a":1}',
  };
  const { parameterValues } = await execute(echo, { params });
  assert.deepEqual(parameterValues, {
    integer: 3,
    number: 0.5,
    text: "3",
    boolean: true,
    list: [1],
    struct: { a: 1 },
  });
});

Deno.test("executeStep() takes defaults for what is missing or null, and ignores what nobody asks for", async () => {
  const component = defineComponent({
    name: "defaults",
    description: "Gives its defaults",
    inputs: { a: integer("a", { default: 1 }), b: text("b", { default: "b" }) },
    outputs: { a: integer("a"), b: text("b") },
    run: (inputs) => inputs,
  });
  const params = { b: null, mlflow_experiment: "tests", "executor-logs": 1 };
  const { parameterValues } = await execute(component, { params });
  assert.deepEqual(parameterValues, { a: 1, b: "b" });
});

Deno.test("executeStep() passes artifacts on between components, whatever their scheme", async () => {
  for (
    const [root, folder] of [
      ["s3://bucket/a", "/s3/bucket/a"],
      ["minio://bucket/a", "/minio/bucket/a"],
      ["gs://bucket/a", "/gcs/bucket/a"],
      ["/local/a", "/local/a"],
      ["file:///local/a%20b", "/local/a b"],
    ] as const
  ) {
    const { artifacts, disk } = await execute(count, { params: { count: 4 }, root });
    assert.deepEqual(artifacts["numbers"], { uri: `${root}/numbers`, metadata: {} });
    assert.ok(disk.files.has(`${folder}/numbers/numbers.txt`), root);
    const { numbers } = artifacts;
    const { parameterValues } = await execute(sum, { artifacts: { numbers: numbers! } }, { disk });
    assert.deepEqual(parameterValues, { sum: 10 });
  }
});

Deno.test("executeStep() tells a step where its artifacts are, and their digests", async () => {
  const disk = memoryDisk();
  await disk.write("/s3/b/data/x.txt", bytes("x"));
  await disk.write("/s3/b/data/deep/y.txt", bytes("yy"));
  let seen: StepContext | undefined;
  const look = defineComponent({
    name: "look",
    description: "Keeps its context",
    inputs: { data: artifact("d", { codec: { encode: () => ({}), decode: Object.keys } }) },
    outputs: { names: list("Its files") },
    run({ data }, context) {
      seen = context;
      return { names: data.toSorted() };
    },
  });
  const { parameterValues } = await execute(look, { artifacts: { data: { uri: "s3://b/data" } } }, {
    disk,
  });
  assert.deepEqual(parameterValues, { names: ["deep/y.txt", "x.txt"] });
  const sha256 = digestFiles({ "x.txt": bytes("x"), "deep/y.txt": bytes("yy") });
  assert.deepEqual(seen!.artifacts, { data: { uri: "s3://b/data", size: 3, sha256 } });
  assert.equal(await seen!.filesUri("data"), "s3://b/data");
});

Deno.test("executeStep() reads lists of artifacts, in their order, also empty and missing ones", async () => {
  const total = defineComponent({
    name: "total",
    description: "Adds up all lists",
    inputs: { lists: artifacts("Lists", { codec: numbers("").codec }) },
    outputs: { sums: list("Their sums") },
    run: ({ lists }) => ({ sums: lists.map((some) => some.reduce((a, b) => a + b, 0)) }),
  });
  const disk = memoryDisk();
  await disk.write("/s3/b/1/numbers.txt", bytes("1 2"));
  await disk.write("/s3/b/2/numbers.txt", bytes("3"));
  const lists = [{ uri: "s3://b/2" }, { uri: "s3://b/1" }];
  const sums = async (given: Given) =>
    (await execute(total, given, { disk })).parameterValues["sums"];
  assert.deepEqual(await sums({ artifacts: { lists } }), [3, 3]);
  assert.deepEqual(await sums({ artifacts: { lists: [] } }), []);
  assert.deepEqual(await sums({}), []);
});

Deno.test("executeStep() reads files that other programs made, under any name or none", async () => {
  const disk = memoryDisk();
  await disk.write("/s3/b/lone", bytes("[1]"));
  await disk.write("/s3/b/folder/data.json", bytes("[2]"));
  await disk.write("/kfp-workspace/.artifacts/s3/b/shared", bytes("[3]"));
  await disk.write("/oci/reg_model:1/models/m.json", bytes("[4]"));
  const read = defineComponent({
    name: "read",
    description: "Gives what is in an artifact",
    inputs: { data: artifact("d", { codec: jsonCodec }) },
    outputs: { found: list("It") },
    run: ({ data }) => ({ found: data as readonly JsonValue[] }),
  });
  for (
    const [i, data] of [
      { uri: "s3://b/lone" },
      { uri: "s3://b/folder" },
      { uri: "s3://b/shared", metadata: { _kfp_workspace: true } },
      { uri: "oci://reg/model:1" },
      { uri: "elsewhere://b/lone", customPath: "/s3/b/lone" },
    ].entries()
  ) {
    const { parameterValues } = await execute(read, { artifacts: { data } }, { disk });
    assert.deepEqual(parameterValues, { found: [i === 4 ? 1 : i + 1] });
  }
});

Deno.test("executeStep() writes a lone file for pages and for codecs of one file, and folders else", async () => {
  const make = defineComponent({
    name: "make",
    description: "Makes one of each",
    inputs: {},
    outputs: {
      page: artifact("p", {
        schema: "system.HTML",
        codec: { encode: (page: string) => ({ "page.html": bytes(page) }), decode: () => "" },
      }),
      words: artifact("w", { codec: textCodec }),
      raw: artifact("r", { codec: bytesCodec }),
      folder: artifact("f", {
        codec: { encode: () => ({ "a/b.txt": bytes("b"), "c.txt": bytes("c") }), decode: () => 0 },
      }),
    },
    run: () => ({ page: "<html>", words: "hello", raw: Uint8Array.of(0, 255), folder: 0 }),
  });
  const { disk } = await execute(make);
  const written = [...disk.files.keys()].filter((path) => path.startsWith("/s3/")).sort();
  assert.deepEqual(
    written.map((path) => path.slice("/s3/bucket/v2/run/".length)),
    ["folder/a/b.txt", "folder/c.txt", "page", "raw", "words"],
  );
  assert.deepEqual([...disk.files.get("/s3/bucket/v2/run/raw")!], [0, 255]);
});

Deno.test("executeStep() reports an artifact's metadata, beside that which was there", async () => {
  const measure = defineComponent({
    name: "measure",
    description: "Measures",
    inputs: {},
    outputs: {
      metrics: artifact("m", {
        schema: "system.Metrics",
        codec: jsonCodec,
        metadata: (value) => ({ accuracy: value }),
      }),
    },
    run: () => ({ metrics: 0.9 }),
  });
  assert.deepEqual((await execute(measure)).artifacts["metrics"]!.metadata, { accuracy: 0.9 });
});

Deno.test("executeStep() lets a step record, tell of its progress, and find what it did before", async () => {
  let runs = 0;
  const deploy = defineComponent({
    name: "deploy",
    description: "Has an effect",
    effects: true,
    inputs: { data: numbers("What to deploy"), done: boolean("Whether it is") },
    outputs: { size: integer("Its size") },
    async find({ data, done }, { run }) {
      await run.tag({ looked: "yes" });
      return done ? { size: data.info.size } : undefined;
    },
    async run({ data }, { run, progress }) {
      runs++;
      progress({ done: 1, total: 2, unit: "parts", note: "" });
      await run.log({ size: data.length }, 1);
      return { size: data.length };
    },
  });
  const { artifacts, disk } = await execute(count, { params: { count: 3 } });
  const events: RunEvent[] = [];
  const go = (done: boolean) =>
    execute(deploy, { params: { done }, artifacts: { data: artifacts["numbers"]! } }, {
      disk,
      onEvent: (event) => events.push(event),
    });
  const { found, parameterValues } = await go(false);
  assert.deepEqual([found, parameterValues, runs], [false, { size: 3 }, 1]);
  assert.deepEqual(events.map(({ type, step }) => [type, step]), [["step-progress", "deploy"]]);
  const again = await go(true);
  assert.deepEqual([again.found, again.parameterValues, runs], [true, { size: 5 }, 1]);
});

Deno.test("executeStep() says what is missing or wrong in one sentence", async () => {
  const disk = memoryDisk();
  await disk.write("/s3/b/words", bytes("words"));
  const uses = (data: JsonValue) => ({ artifacts: { numbers: data as never } });
  const refused: readonly (readonly [Given, Component, Error])[] = [
    [
      { params: { count: "many" } },
      count,
      new TypeError(
        'Cannot run component "count" as input "count" must be an integer: got "many"',
      ),
    ],
    [
      { params: { count: 1.5 } },
      count,
      new TypeError(
        'Cannot run component "count" as input "count" must be an integer: got 1.5',
      ),
    ],
    [{}, sum, new TypeError('Cannot run component "sum" as input "numbers" is missing')],
    [
      uses({ uri: "s3://b/none" }),
      sum,
      new DataError(
        'Cannot read input "numbers" of "sum" as there is nothing at /s3/b/none, where Kubeflow ' +
          "puts s3://b/none",
      ),
    ],
    [
      uses({ uri: "hdfs://b/none" }),
      sum,
      new DataError(
        'Cannot find the artifact "hdfs://b/none" in this pod: Kubeflow brings what s3://, minio:// ' +
          "and gs:// name",
      ),
    ],
    [
      uses({ uri: "s3://b/words" }),
      sum,
      new DataError(
        'Cannot read input "numbers" of "sum" from s3://b/words: Cannot read numbers: ' +
          "numbers.txt is missing",
      ),
    ],
  ];
  for (const [given, component, { name, message }] of refused) {
    await assert.rejects(execute(component, given, { disk }), { name, message });
  }
  assert.deepEqual([...disk.files.keys()], ["/s3/b/words"]);
});

Deno.test("executeStep() refuses outputs that Kubeflow could not show or keep", async () => {
  const give = (
    codec: () => Record<string, Uint8Array>,
    metadata: () => Record<string, JsonValue>,
  ) =>
    defineComponent({
      name: "give",
      description: "Gives a page",
      inputs: {},
      outputs: {
        page: artifact("p", {
          schema: "system.HTML",
          codec: { encode: codec, decode: () => "" },
          metadata,
        }),
      },
      run: () => ({ page: "" }),
    });
  const one = () => ({ "": bytes("") });
  const none = () => ({});
  await assert.rejects(execute(give(none, none)), /one file: its codec gave none/);
  await assert.rejects(
    execute(give(() => ({ a: bytes(""), b: bytes("") }), none)),
    /as a system.HTML is one file: its codec gave a, b/,
  );
  await assert.rejects(execute(give(() => ({ "../a": bytes("") }), none)), TypeError);
  await assert.rejects(
    execute(give(one, () => ({ a: NaN }))),
    /output "page" as its metadata "a" should be a JSON value/,
  );
});

Deno.test("executeStep() leaves nothing behind when the disk is full", async () => {
  const disk = memoryDisk({ full: (path) => path.endsWith("output_metadata.json") });
  await assert.rejects(execute(count, {}, { disk }), /no space/);
  assert.deepEqual([...disk.files.keys()], []);
});

Deno.test("executeStep() stops a step, and leaves one to itself that does not stop", async () => {
  const started = Promise.withResolvers<void>();
  const wait = (listens: boolean) =>
    defineComponent({
      name: "wait",
      description: "Waits for ever",
      inputs: {},
      outputs: { x: integer("x") },
      run: (_, { signal }) =>
        new Promise<never>((_, reject) => {
          started.resolve();
          if (listens) signal.addEventListener("abort", () => reject(new Error("closed")));
        }),
    });
  for (const listens of [true, false]) {
    const component = wait(listens);
    const disk = memoryDisk();
    const stop = new AbortController();
    const host = { ...testHost([5_000]), disk };
    const input = parseExecutorInput(JSON.stringify(executorInput(component)), component);
    const run = await memoryTracker({ now: () => 0 }).start(someRun);
    const checkpoint = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
    const options = { host, run, checkpoint, signal: stop.signal, onEvent: () => {} };
    const executed = executeStep(component, input, options);
    await started.promise;
    stop.abort(new UnavailableError("the node is going down"));
    if (!listens) await host.pass(5_000);
    await assert.rejects(executed, /the node is going down/);
    assert.deepEqual([...disk.files.keys()], []);
  }
});
