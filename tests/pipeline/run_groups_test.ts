/** Groups, calls and imports when a pipeline runs here. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { DataError, UsageError } from "../../lib/base/errors.ts";
import {
  all,
  any,
  artifacts,
  atLeast,
  atMost,
  defineComponent,
  defineContainer,
  definePipeline,
  equal,
  type FinalStatus,
  type Graph,
  integer,
  list,
  member,
  memoryStepCache,
  not,
  type RunEvent,
  runLocal,
  type RunResult,
  StepError,
  struct,
  text,
} from "../../lib/pipeline/mod.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { bench, count, numbers, numbersCodec, shout, someRun, sum } from "./sample.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { testHost } from "./test_host.ts";

const join = defineComponent({
  name: "join",
  description: "Puts numbers one after the other",
  inputs: { parts: artifacts("What", { codec: numbersCodec }) },
  outputs: { numbers: numbers("All of them") },
  run: ({ parts }) => ({ numbers: parts.flat() }),
});

/** Does what it is told; gives its input. */
function act(body: (x: number, signal: AbortSignal) => unknown) {
  return defineComponent({
    name: "act",
    description: "Does what it is told",
    inputs: { x: integer("A number", { default: 0 }) },
    outputs: { x: integer("That number") },
    async run({ x }, { signal }) {
      await body(x, signal);
      return { x };
    },
  });
}

const idle = act(() => {});

/** Resolves once the signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });

const states = ({ steps }: Pick<RunResult, "steps">) =>
  steps.map(({ name, state }) => `${name}: ${state}`);

Deno.test("forEach() runs every turn, and gives lists in the order of the items", async () => {
  const third = Promise.withResolvers<void>();
  const late = act((x) => x === 3 ? third.resolve() : third.promise); // the last ends first
  const pipeline = definePipeline({
    name: "loops",
    description: "",
    params: {},
    build(_, { step, forEach }) {
      const { x, numbers } = forEach([1, 2, 3], (item) => {
        const { x } = step(late, { x: item });
        return { x, ...step(count, { count: x }) };
      });
      return { x, numbers, ...step(sum, step(join, { parts: numbers })) };
    },
  });
  const result = await runLocal(pipeline, {}, await bench({ concurrency: 3 }));
  deepStrictEqual(result.outputs.x, [1, 2, 3]);
  strictEqual(result.outputs.sum, 10);
  const parts = await Promise.all(result.outputs.numbers!.map((part) => part.value()));
  deepStrictEqual(parts, [[1], [1, 2], [1, 2, 3]]);
  deepStrictEqual(states(result), [
    "act.0: succeeded",
    "count.0: succeeded",
    "act.1: succeeded",
    "count.1: succeeded",
    "act.2: succeeded",
    "count.2: succeeded",
    "join: succeeded",
    "sum: succeeded",
  ]);
  deepStrictEqual(Object.keys(result.tasks), result.steps.map(({ name }) => name));
  deepStrictEqual(result.tasks["act.1"], { x: 2 });
});

Deno.test("forEach() takes parameters and what steps give, of any length", async () => {
  const listed = defineComponent({
    name: "listed",
    description: "Lists numbers",
    inputs: { numbers: numbers("Which") },
    outputs: { all: list("The numbers") },
    run: ({ numbers }) => ({ all: numbers }),
  });
  const pipeline = definePipeline({
    name: "loops",
    description: "",
    params: { fars: list("How far") },
    build({ fars }, { step, forEach }) {
      return forEach(fars, (far) => {
        const { all } = step(listed, step(count, { count: far }));
        const { x } = forEach(all, (x) => step(idle, { x }), { item: integer("A number") });
        return { x };
      }, { item: integer("How far") });
    },
  });
  const run = async (fars: unknown) =>
    await runLocal(pipeline, { fars: fars as number[] }, await bench());
  const { outputs, steps } = await run([2, 1]);
  deepStrictEqual(outputs.x, [[1, 2], [1]]);
  deepStrictEqual(
    steps.map(({ name }) => name),
    ["count.0", "listed.0", "act.0.0", "act.0.1", "count.1", "listed.1", "act.1.0"],
  );
  const none = await run([]);
  deepStrictEqual([none.outputs.x, none.steps], [[], []]);
  await rejects(
    run([1, "a"]),
    /^StepError: Cannot run loop "for-each-1" as "items\[1\]" must be an integer: got "a" \(in ste/,
  );
});

Deno.test("forEach() within forEach() gives one list of artifacts, and lists of lists of values", async () => {
  const pipeline = definePipeline({
    name: "nested",
    description: "",
    params: {},
    build(_, { step, forEach }) {
      const { parts, x } = forEach([1, 3], (a) => {
        const inner = forEach([1, 2], (b) => ({
          x: step(idle, { x: b }).x,
          numbers: step(count, { count: a }).numbers,
        }));
        return { parts: inner.numbers, x: inner.x };
      });
      return { x, ...step(join, { parts }) };
    },
  });
  const { outputs } = await runLocal(pipeline, {}, await bench());
  deepStrictEqual(outputs.x, [[1, 2], [1, 2]]);
  deepStrictEqual(await outputs.numbers?.value(), [1, 1, 1, 2, 3, 1, 2, 3]);
});

Deno.test("forEach() gives an empty list of artifacts when there is no item", async () => {
  const pipeline = definePipeline({
    name: "empty",
    description: "",
    params: { fars: list("How far") },
    build({ fars }, { step, forEach }) {
      const { numbers } = forEach(fars, (count_) => step(count, { count: count_ }), {
        item: integer(""),
      });
      return { parts: numbers, ...step(join, { parts: numbers }) };
    },
  });
  const { outputs } = await runLocal(pipeline, { fars: [] }, await bench());
  deepStrictEqual([outputs.parts, await outputs.numbers!.value()], [[], []]);
});

Deno.test("forEach() runs no more turns at a time than it may", async () => {
  let running = 0;
  const most: number[] = [];
  const work = act(async () => {
    most.push(++running);
    await Promise.resolve();
  });
  const done = act(() => void running--);
  const pipeline = (parallelism?: number) =>
    definePipeline({
      name: "loops",
      description: "",
      params: {},
      build(_, { step, forEach }) {
        forEach([1, 2, 3, 4, 5], (x) => {
          const before = step(work, { x }, { id: "work" });
          step(done, before, { id: "done" });
        }, parallelism === undefined ? {} : { parallelism });
        return {};
      },
    });
  const counts = async (parallelism?: number) => {
    most.length = 0;
    await runLocal(pipeline(parallelism), {}, await bench({ concurrency: 10 }));
    return Math.max(...most);
  };
  deepStrictEqual([await counts(1), await counts(2), await counts()], [1, 2, 5]);
});

Deno.test("a turn that fails stops the run", async () => {
  const pipeline = definePipeline({
    name: "loops",
    description: "",
    params: {},
    build(_, { step, forEach }) {
      const failing = act((x) => {
        if (x === 2) throw new RangeError("two is too much");
      });
      const { x } = forEach([1, 2, 3], (x) => step(failing, { x }), { parallelism: 1 });
      step(shout, { what: "done" }, { after: ["for-each-1"] });
      return { x };
    },
  });
  const error = await runLocal(pipeline, {}, await bench()).catch((error) => error);
  ok(error instanceof StepError);
  strictEqual(error.message, 'two is too much (in step "act.1")');
  deepStrictEqual(states(error.result), [
    "act.0: succeeded",
    "act.1: failed",
    "act.2: skipped",
    "shout: skipped",
  ]);
});

Deno.test("every turn has its own place in the cache, and its own checkpoint", async () => {
  const seen: string[] = [];
  const store = memoryStore();
  const slow = defineComponent({
    name: "slow",
    description: "Keeps what it has done",
    inputs: { x: integer("A number") },
    outputs: { x: integer("The same") },
    async run({ x }, { checkpoint }) {
      await checkpoint.save({ x: Uint8Array.of(x) });
      for await (const { uri } of store.list("checkpoints/")) seen.push(uri.slice(-15));
      return { x };
    },
  });
  const pipeline = definePipeline({
    name: "loops",
    description: "",
    params: { xs: list("Which") },
    build: ({ xs }, { step, forEach }) =>
      forEach(xs, (x) => step(slow, { x }), { item: integer(""), parallelism: 1 }),
  });
  const options = await bench({ store, cache: memoryStepCache() });
  const cached = async (xs: readonly number[]) =>
    (await runLocal(pipeline, { xs }, options)).steps.map(({ cached }) => cached);
  deepStrictEqual(await cached([5, 6]), [false, false]);
  deepStrictEqual(seen, ["slow.0/00000001", "slow.1/00000001"]);
  deepStrictEqual(await cached([6, 7, 5]), [true, false, true]);
});

Deno.test("step() takes a result that was kept under its key, whatever the inputs are", async () => {
  const pipeline = definePipeline({
    name: "keyed",
    description: "",
    params: { x: integer("A number") },
    build({ x }, { step }) {
      const { x: keyed } = step(idle, { x }, { id: "keyed", cacheKey: "mine" });
      const { x: other } = step(idle, { x }, { id: "other", cacheKey: "other" });
      return { keyed, other, ...step(idle, { x }) };
    },
  });
  const options = await bench({ cache: memoryStepCache() });
  await runLocal(pipeline, { x: 1 }, options);
  const { outputs } = await runLocal(pipeline, { x: 2 }, options);
  deepStrictEqual(outputs, { keyed: 1, other: 1, x: 2 });
});

Deno.test("oneOf() runs the first branch that holds", async () => {
  const pipeline = definePipeline({
    name: "branches",
    description: "",
    params: { far: integer("How far") },
    build({ far }, { step, oneOf }) {
      const { numbers } = oneOf([
        [atLeast(far, 10), () => step(count, { count: 1 }, { id: "ten" })],
        [atLeast(far, 5), () => step(count, { count: 2 }, { id: "five" })],
      ], () => step(count, { count: 3 }, { id: "less" }));
      oneOf([[equal(far, 5), () => void step(shout, { what: "five" })]]);
      step(idle, {}, { after: ["branch-2"] });
      return step(sum, { numbers });
    },
  });
  const run = async (far: number) => {
    const { outputs, steps } = await runLocal(pipeline, { far }, await bench());
    return [
      outputs.sum,
      ...steps.filter(({ state }) => state === "succeeded").map(({ name }) => name),
    ];
  };
  deepStrictEqual(await run(12), [1, "ten", "act", "sum"]);
  deepStrictEqual(await run(5), [3, "five", "shout", "act", "sum"]);
  deepStrictEqual(await run(1), [6, "less", "act", "sum"]);
});

Deno.test("conditions are decided as they are put together", async () => {
  const pipeline = definePipeline({
    name: "conditions",
    description: "",
    params: { x: integer("A number"), word: text("A word") },
    build({ x, word }, { step, when }) {
      when(
        any(all(atLeast(x, 1), atMost(x, 3), not(equal(word, "no"))), equal(word, "always")),
        () => step(idle, {}),
      );
      return {};
    },
  });
  const run = async (x: number, word: string) =>
    (await runLocal(pipeline, { x, word }, await bench())).steps[0]?.state === "succeeded";
  const runs = [[1, "a"], [3, "a"], [4, "a"], [0, "a"], [2, "no"], [9, "always"]] as const;
  deepStrictEqual(
    await Promise.all(runs.map(([x, word]) => run(x, word))),
    [true, true, false, false, false, true],
  );
});

Deno.test("member() is read when the step runs", async () => {
  const pipeline = definePipeline({
    name: "members",
    description: "",
    params: { choice: struct("What to do") },
    build({ choice }, { step, when, forEach }) {
      const far = member(choice, "far", integer("How far"));
      const { x } = when(atLeast(far, 2), () => step(idle, { x: far }));
      const { said } = forEach(
        [{ what: "a" }, { what: "b" }],
        (item) => step(shout, { what: member(item, "what", text("What")) }),
      );
      return { x, said };
    },
  });
  const run = async (choice: Record<string, string | number>) =>
    (await runLocal(pipeline, { choice }, await bench())).outputs;
  deepStrictEqual(await run({ far: 2 }), { x: 2, said: ["A", "B"] });
  deepStrictEqual(await run({ far: 1 }), { x: undefined, said: ["A", "B"] });
  await rejects(
    run({ near: 2 }),
    /Cannot take member "far" of parameter "choice" as it has no such member: there are near \(in/,
  );
  await rejects(
    run({ far: "2" }),
    /Cannot compare member "far" of parameter "choice" with 2 as they are "2" and 2: compare val/,
  );
  await rejects(run({ far: 2.5 }), /"x" must be an integer: got 2.5 \(in step "act"\)/);
});

Deno.test("what could not be begun is recorded, too", async () => {
  const pipeline = definePipeline({
    name: "members",
    description: "",
    params: { xs: list("Numbers"), choice: struct("What to do") },
    build({ xs, choice }, { step, forEach }) {
      forEach(xs, (x) => step(idle, { x }), { item: integer(""), id: "xs" });
      const x = member(choice, "x", integer("A number"));
      step(idle, { x }, { id: "one", after: ["xs"] });
      return {};
    },
  });
  const run = async (...xs: (string | number)[]) => {
    const error = await runLocal(pipeline, { xs, choice: {} }, await bench()).catch((e) => e);
    ok(error instanceof StepError);
    return [error.step, ...error.result.steps.map(({ name, state }) => `${name} ${state}`)];
  };
  deepStrictEqual(await run(1), ["one", "act.0 succeeded", "one failed"]);
  deepStrictEqual(await run("1"), ["xs", "act skipped", "one skipped"]);
});

const inner = definePipeline({
  name: "inner",
  description: "Counts and adds up",
  params: { far: integer("How far", { default: 3 }), least: integer("What is much") },
  build({ far, least }, { step, when }) {
    const counted = step(count, { count: far });
    const { sum: total } = step(sum, counted);
    when(atLeast(total, least), () => step(shout, { what: "much" }));
    return { ...counted, total };
  },
});

Deno.test("step() runs a whole pipeline with its own names, parameters and defaults", async () => {
  const pipeline = definePipeline({
    name: "outer",
    description: "",
    params: { far: integer("Not the inner one's") },
    build({ far }, { step, forEach }) {
      const { numbers, total } = step(inner, { least: far });
      const { total: totals } = forEach([1, 2], (far) => {
        const { total } = step(inner, { far, least: far }, { id: "again" });
        return { total };
      });
      return { total, totals, ...step(sum, { numbers }), ...step(count, { count: far }) };
    },
  });
  const result = await runLocal(pipeline, { far: 7 }, await bench());
  const { total, totals, sum: six } = result.outputs;
  deepStrictEqual([total, totals, six], [6, [1, 3], 6]);
  deepStrictEqual(states(result), [
    "inner.count: succeeded",
    "inner.sum: succeeded",
    "inner.shout: skipped",
    ...[0, 1].flatMap((turn) =>
      ["count", "sum", "shout"].map((name) => `again.${turn}.${name}: succeeded`)
    ),
    "sum: succeeded",
    "count: succeeded",
  ]);
});

Deno.test("importArtifact() takes what is in the store", async () => {
  const store = memoryStore();
  const { uri } = await store.put("mine/numbers", await numbersCodec.encode([4, 5]));
  const pipeline = definePipeline({
    name: "imports",
    description: "",
    params: { uri: text("Where") },
    build({ uri }, { step, importArtifact }) {
      const given = importArtifact(numbers("From elsewhere"), uri, { id: "mine" });
      return { given, ...step(sum, { numbers: given }) };
    },
  });
  const options = await bench({ store, cache: memoryStepCache() });
  const { outputs, steps, tasks } = await runLocal(pipeline, { uri }, options);
  deepStrictEqual([outputs.sum, await outputs.given?.value()], [9, [4, 5]]);
  deepStrictEqual(steps.map(({ name }) => name), ["mine", "sum"]);
  ok(tasks["mine"]?.["artifact"]);
  strictEqual((await runLocal(pipeline, { uri }, options)).steps[1]?.cached, true);
  const error = await runLocal(pipeline, { uri: "s3://a/b" }, options).catch((error) => error);
  ok(error instanceof StepError && error.cause instanceof DataError);
  strictEqual(
    error.message,
    "Cannot import s3://a/b as the artifact store has no artifact of that name: store it there " +
      'first, or import it on Kubeflow (in step "mine")',
  );
});

/** A guarded pipeline, and the statuses that its exit task got. */
function guarded(build: (graph: Graph) => void) {
  const told: FinalStatus[] = [];
  const tell = defineComponent({
    name: "tell",
    description: "Keeps how it ended",
    inputs: { status: struct("How"), word: text("To whom", { default: "you" }) },
    outputs: {},
    run({ status }) {
      told.push(status as FinalStatus);
      return {};
    },
  });
  const pipeline = definePipeline({
    name: "guarded",
    description: "",
    params: {},
    build(_, graph) {
      graph.onExit(tell, (status) => ({ status }), () => build(graph));
      return {};
    },
  });
  return { pipeline, told };
}

const from = { pipelineJobResourceName: "", pipelineTaskName: "exit-1" };

Deno.test("onExit() tells its task that the steps succeeded, and gives what they gave", async () => {
  const { pipeline, told } = guarded(({ step, when }) => {
    when(atLeast(0, 1), () => step(idle, {}, { id: "skipped" }));
    step(idle, {});
  });
  const options = await bench({ cache: memoryStepCache() });
  const result = await runLocal(pipeline, {}, options);
  deepStrictEqual(told, [{ state: "SUCCEEDED", ...from, error: { code: 0, message: "" } }]);
  deepStrictEqual(states(result), ["skipped: skipped", "act: succeeded", "tell: succeeded"]);
  await runLocal(pipeline, {}, options);
  strictEqual(told.length, 2, "an exit task is never cached");
});

Deno.test("onExit() runs its task after a step failed", async () => {
  const { pipeline, told } = guarded(({ step }) => {
    const fails = act(() => Promise.reject(new Error("broken\nbadly")));
    step(shout, { what: "" }, { id: "after", after: [] });
    step(idle, step(fails, {}, { id: "fails" }));
  });
  const error = await runLocal(pipeline, {}, await bench()).catch((error) => error);
  ok(error instanceof StepError);
  strictEqual(error.step, "fails");
  deepStrictEqual(told, [{ state: "FAILED", ...from, error: { code: 2, message: "broken" } }]);
  deepStrictEqual(states(error.result).slice(1), [
    "fails: failed",
    "act: skipped",
    "tell: succeeded",
  ]);
});

Deno.test("onExit() tells its task that the steps were stopped as another failed", async () => {
  const told: unknown[] = [];
  const started = Promise.withResolvers<void>();
  const tell = defineComponent({
    name: "tell",
    description: "Keeps how it ended",
    inputs: { status: struct("How") },
    outputs: {},
    run({ status }) {
      told.push(status);
      return {};
    },
  });
  const pipeline = definePipeline({
    name: "guarded",
    description: "",
    params: {},
    build(_, { step, onExit }) {
      onExit(tell, (status) => ({ status }), () => {
        step(
          act(async (_, signal) => {
            started.resolve();
            await aborted(signal);
            signal.throwIfAborted();
          }),
          {},
        );
      });
      step(act(() => started.promise.then(() => Promise.reject(new Error("no")))), {}, {
        id: "fails",
      });
      return {};
    },
  });
  await rejects(
    runLocal(pipeline, {}, await bench({ host: testHost([5000]) })),
    /^StepError: no \(in step "fails"\)/,
  );
  const message = 'Cannot go on as step "fails" failed';
  deepStrictEqual(told, [{ state: "CANCELLED", ...from, error: { code: 1, message } }]);
});

Deno.test("onExit() does not run its task when the group was never begun", async () => {
  const told: unknown[] = [];
  const tell = act((x) => void told.push(x));
  const pipeline = definePipeline({
    name: "guarded",
    description: "",
    params: {},
    build(_, { step, onExit }) {
      const { x } = step(act(() => Promise.reject(new Error("no"))), {}, { id: "first" });
      onExit(tell, () => ({}), () => step(idle, { x }), { id: "tell" });
      return {};
    },
  });
  const error = await runLocal(pipeline, {}, await bench()).catch((error) => error);
  deepStrictEqual(states(error.result), ["first: failed", "act: skipped", "tell: skipped"]);
  deepStrictEqual(told, []);
});

Deno.test("onExit() runs its task after the run was cancelled", async () => {
  const controller = new AbortController();
  const { pipeline, told } = guarded(({ step }) => {
    step(
      act(async (_, signal) => {
        controller.abort(new Error("Ctrl-C"));
        await aborted(signal);
        signal.throwIfAborted();
      }),
      {},
    );
  });
  const host = testHost([5000, 30_000]);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  const { signal } = controller;
  await rejects(runLocal(pipeline, {}, await bench({ host, signal, onEvent })), /^Error: Ctrl-C/);
  deepStrictEqual(told, [{ state: "CANCELLED", ...from, error: { code: 1, message: "Ctrl-C" } }]);
  const last = events.at(-1);
  strictEqual(last?.type === "step-finished" && last.report.state, "succeeded");
});

Deno.test("onExit() gives its task 30 s when the run is cancelled", async () => {
  const controller = new AbortController();
  const started = Promise.withResolvers<void>();
  const stuck = act(async (_, signal) => {
    started.resolve();
    await aborted(signal);
    signal.throwIfAborted();
  });
  const pipeline = definePipeline({
    name: "guarded",
    description: "",
    params: {},
    build(_, { step, onExit }) {
      onExit(stuck, () => ({}), () => step(act(() => controller.abort(new Error("Ctrl-C"))), {}), {
        id: "clean-up",
      });
      return {};
    },
  });
  const host = testHost([5000, 30_000]);
  const reports: string[] = [];
  const onEvent = (event: RunEvent) => {
    if (event.type === "step-finished") reports.push(`${event.step} ${event.report.error}`);
  };
  const { signal } = controller;
  const cancelled = rejects(
    runLocal(pipeline, {}, await bench({ host, signal, onEvent })),
    /^Error: Ctrl-C/,
  );
  await started.promise;
  await host.pass(30_000);
  await cancelled;
  deepStrictEqual(reports, ["act Ctrl-C", "clean-up Ctrl-C"]);
});

Deno.test("an exit task that fails makes the run fail, but hides no failure before it", async () => {
  const broken = (message: string) => act(() => Promise.reject(new Error(message)));
  const pipeline = (first: ReturnType<typeof act>) =>
    definePipeline({
      name: "guarded",
      description: "",
      params: {},
      build(_, { step, onExit }) {
        onExit(broken("second"), () => ({}), () => step(first, {}), { id: "last" });
        return {};
      },
    });
  await rejects(runLocal(pipeline(idle), {}, await bench()), /^StepError: second \(in step "last"/);
  await rejects(
    runLocal(pipeline(broken("first")), {}, await bench()),
    /^StepError: first \(in step "act"\)/,
  );
});

Deno.test("runLocal() refuses images before anything runs, however deep they are", async () => {
  const image = defineContainer({
    name: "image",
    description: "An image",
    inputs: {},
    outputs: {},
    image: "alpine:3",
    command: ["true"],
  });
  const deep = definePipeline({
    name: "deep",
    description: "",
    params: {},
    build(_, { step, when }) {
      when(atLeast(0, 1), () => step(image, {}));
      return {};
    },
  });
  const pipeline = definePipeline({
    name: "outer",
    description: "",
    params: {},
    build(_, { step, forEach }) {
      step(idle, {});
      forEach([1], () => step(deep, {}));
      return {};
    },
  });
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  await rejects(
    runLocal(pipeline, {}, await bench({ onEvent })),
    new UsageError(
      'Cannot run pipeline "outer" here as its step "deep.image" runs the image alpine:3: run it ' +
        "on Kubeflow",
    ),
  );
  deepStrictEqual(events, []);
});

Deno.test("steps of groups are recorded by their names", async () => {
  const tracker = memoryTracker({ now: () => 0 });
  const run = await tracker.start(someRun);
  const pipeline = definePipeline({
    name: "recorded",
    description: "",
    params: {},
    build(_, { step, forEach }) {
      forEach([1, 2], (least) => step(inner, { least }));
      return {};
    },
  });
  await runLocal(pipeline, {}, { ...await bench({ concurrency: 1 }), run });
  await run.end("FINISHED");
  const { steps } = await tracker.readRun(run.id);
  deepStrictEqual(steps.map(({ name }) => name).sort(), [
    "inner.0.count",
    "inner.0.shout",
    "inner.0.sum",
    "inner.1.count",
    "inner.1.shout",
    "inner.1.sum",
  ]);
});
