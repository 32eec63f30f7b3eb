import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { UnavailableError, UsageError } from "../../lib/base/errors.ts";
import {
  atLeast,
  defineComponent,
  definePipeline,
  integer,
  type Run,
  type RunEvent,
  runLocal,
  type StepContext,
  StepError,
  type StepOptions,
  type StepReport,
  text,
} from "../../lib/pipeline/mod.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { bench, count, numbers, numbersCodec, shout, sum } from "./sample.ts";
import { testHost } from "./test_host.ts";

const sample = definePipeline({
  name: "sample",
  description: "Counts, adds up, and shouts when it is much",
  params: { far: integer("How far"), much: integer("What is much", { default: 10 }) },
  build({ far, much }, { step, when }) {
    const { numbers } = step(count, { count: far });
    const { sum: total } = step(sum, { numbers });
    const { said } = when(atLeast(total, much), () => step(shout, { what: "much" }));
    return { numbers, total, said, far };
  },
});

/** A pipeline of one step that does what it is told. */
function one(body: (context: StepContext) => unknown, options: StepOptions = {}) {
  const component = defineComponent({
    name: "one",
    description: "Does what it is told",
    inputs: {},
    outputs: {},
    async run(_, context) {
      await body(context);
      return {};
    },
  });
  return definePipeline({
    name: "one",
    description: "One step",
    params: {},
    build(_, { step }) {
      step(component, {}, options);
      return {};
    },
  });
}

/** Resolves once the signal is aborted, also when it has been before. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

const brief = ({ name, state, cached, error }: StepReport) =>
  [name, state, ...cached ? ["cached"] : [], ...error ? [error] : []].join(": ");

Deno.test("runLocal() gives parameter values, and artifacts that are read when asked for", async () => {
  const { outputs, tasks, steps } = await runLocal(sample, { far: 4 }, await bench());
  strictEqual(outputs.total, 10);
  strictEqual(outputs.said, "MUCH");
  strictEqual(outputs.far, 4);
  const values: readonly number[] | undefined = await outputs.numbers?.value();
  deepStrictEqual(values, [1, 2, 3, 4]);
  strictEqual(outputs.numbers?.uri, outputs.numbers?.info.uri);
  deepStrictEqual(tasks["sum"], { sum: 10 });
  deepStrictEqual(steps.map(brief), ["count: succeeded", "sum: succeeded", "shout: succeeded"]);
});

Deno.test("runLocal() passes artifacts through the store, as their codec makes them", async () => {
  const lossy = {
    ...numbersCodec,
    encode: (values: readonly number[]) => numbersCodec.encode(values.map((value) => -value)),
  };
  const pipeline = definePipeline({
    name: "lossy",
    description: "",
    params: {},
    build(_, { step }) {
      const negated = { numbers: { ...numbers(""), codec: lossy } };
      return step(sum, step({ ...count, outputs: negated }, {}));
    },
  });
  strictEqual((await runLocal(pipeline, {}, await bench())).outputs.sum, -6);
});

Deno.test("runLocal() checks its parameters", async () => {
  const options = await bench();
  // @ts-expect-error far has no default
  await rejects(runLocal(sample, {}, options), /^TypeError: .* as parameter "far" is missing/);
  await rejects(
    runLocal(sample, { far: 2.5 }, options),
    new TypeError('Cannot run pipeline "sample" as parameter "far" must be an integer: got 2.5'),
  );
  const more = { far: 1, fur: 1 };
  await rejects(runLocal(sample, more, options), /"fur" is unknown: there are far, much/);
  await rejects(runLocal(sample, { far: 1 }, { ...options, concurrency: 0 }), RangeError);
});

Deno.test("runLocal() skips what a condition keeps out, and all that depends on it", async () => {
  const pipeline = definePipeline({
    name: "gated",
    description: "",
    params: { level: integer("How much") },
    build({ level }, { step, when }) {
      const { sum: total } = when(atLeast(level, 1), () => {
        const first = step(count, { count: level }, { id: "first" });
        when(atLeast(level, 2), () => step(count, {}, { id: "second" }), { id: "twice" });
        step(shout, { what: "after" }, { id: "after", after: ["twice"] });
        return step(sum, first);
      }, { id: "once" });
      step(shout, { what: "all" }, { id: "all", after: ["once"] });
      when(atLeast(level, 0), () => step(shout, { what: "late" }, { after: ["all"] }));
      step(shout, { what: "free" }, { id: "free" });
      return { total };
    },
  });
  const run = async (level: number) => {
    const { steps, outputs } = await runLocal(pipeline, { level }, await bench());
    const done = steps.filter(({ state }) => state === "succeeded").map(({ name }) => name);
    const skipped = steps.filter(({ state }) => state === "skipped").map(({ name }) => name);
    return [outputs.total, done, skipped];
  };
  deepStrictEqual(
    await run(2),
    [3, ["first", "second", "after", "sum", "all", "shout", "free"], []],
  );
  deepStrictEqual(await run(1), [1, ["first", "sum", "all", "shout", "free"], ["second", "after"]]);
  deepStrictEqual(
    await run(0),
    [undefined, ["free"], ["first", "second", "after", "sum", "all", "shout"]],
  );
});

/** Two steps with no order between them. */
function pair(
  left: () => unknown,
  right: (context: { signal: AbortSignal }) => unknown,
) {
  const component = (name: string, body: typeof right) =>
    defineComponent({
      name,
      description: "",
      inputs: {},
      outputs: {},
      run: async (_, { signal }) => {
        await body({ signal });
        return {};
      },
    });
  return definePipeline({
    name: "pair",
    description: "",
    params: {},
    build(_, { step }) {
      step(component("left", left), {});
      step(component("right", right), {});
      step(shout, { what: "" }, { id: "last", after: ["left", "right"] });
      return {};
    },
  });
}

Deno.test("runLocal() runs independent steps at the same time", async () => {
  const left = Promise.withResolvers<void>();
  const right = Promise.withResolvers<void>();
  // Each waits for the other: one after the other they would never end.
  const meet = pair(
    () => {
      left.resolve();
      return right.promise;
    },
    () => {
      right.resolve();
      return left.promise;
    },
  );
  const { steps } = await runLocal(meet, {}, await bench());
  deepStrictEqual(steps.map(({ state }) => state), Array(3).fill("succeeded"));
});

Deno.test("runLocal() never runs more steps at a time than it may", async () => {
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  };
  await runLocal(pair(work, work), {}, await bench({ concurrency: 1 }));
  strictEqual(most, 1);
});

Deno.test("runLocal() tells what happens, and records every step", async () => {
  const events: RunEvent[] = [];
  const reports: StepReport[] = [];
  const { run, ...options } = await bench({ onEvent: (event) => events.push(event) });
  const recording: Run = {
    ...run,
    id: run.id,
    step: (report) => Promise.resolve(void reports.push(report)),
  };
  const pipeline = one(({ progress }) =>
    progress({ done: 1, total: 2, unit: "images", note: "half" })
  );
  const { steps } = await runLocal(pipeline, {}, { ...options, run: recording });
  deepStrictEqual(events, [
    { type: "step-started", step: "one" },
    {
      type: "step-progress",
      step: "one",
      progress: { done: 1, total: 2, unit: "images", note: "half" },
    },
    {
      type: "step-finished",
      step: "one",
      report: { name: "one", state: "succeeded", seconds: 0, cached: false },
    },
  ]);
  deepStrictEqual(reports, steps);
});

Deno.test("runLocal() repeats a failed step with growing pauses", async () => {
  const host = testHost();
  const events: RunEvent[] = [];
  let tries = 0;
  const flaky = one(() => {
    if (++tries < 9) throw new UnavailableError(`try ${tries}`);
  }, { retries: 8 });
  const onEvent = (event: RunEvent) => events.push(event);
  const { steps } = await runLocal(flaky, {}, await bench({ host, onEvent }));
  deepStrictEqual(host.waits, [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
  strictEqual(steps[0]?.seconds, 183);
  const retries = events.filter((event) => event.type === "step-retry");
  deepStrictEqual(retries[1], {
    type: "step-retry",
    step: "one",
    attempt: 2,
    delayMs: 2000,
    error: new UnavailableError("try 2"),
  });
  strictEqual(retries.length, 8);
});

Deno.test("runLocal() gives up when the retries are used up, or can't help", async () => {
  let tries = 0;
  const fail = (error: Error) => () => {
    tries++;
    throw error;
  };
  await rejects(
    runLocal(one(fail(new Error("no")), { retries: 2 }), {}, await bench()),
    /^StepError: no \(in step "one"\)/,
  );
  strictEqual(tries, 3);
  await rejects(runLocal(one(fail(new UsageError("never")), { retries: 2 }), {}, await bench()));
  strictEqual(tries, 4);
});

Deno.test("runLocal() stops a step that takes too long", async () => {
  const host = testHost([7000, 5000]);
  const pipeline = one(async ({ signal }) => {
    await aborted(signal);
    signal.throwIfAborted();
  }, { timeoutMs: 7000 });
  const running = runLocal(pipeline, {}, await bench({ host }));
  const failing = rejects(
    running,
    /^StepError: Cannot wait any longer as it took more than 7 s \(in step "one"\)/,
  );
  await host.pass(7000);
  await failing;
});

Deno.test("runLocal() leaves a step to itself that does not care for its signal", async () => {
  const host = testHost([7000]);
  const body = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  const events: RunEvent[] = [];
  const pipeline = one(({ run, checkpoint, progress }) => {
    late = body.promise.then(async () => {
      progress({ done: 1, total: 1, unit: "", note: "late" });
      await rejects(
        run.log({ late: 1 }, 1),
        /Cannot go on with step "one" as this attempt at it is over/,
      );
      await rejects(checkpoint.save({}), /this attempt at it is over/);
      await rejects(
        run.registry.register("model", {}, { runId: "", tags: {} }),
        /this attempt at it is over/,
      );
    });
    return new Promise(() => {});
  }, { timeoutMs: 7000 });
  const onEvent = (event: RunEvent) => events.push(event);
  const failing = rejects(
    runLocal(pipeline, {}, await bench({ host, onEvent })),
    /took more than 7 s/,
  );
  await host.pass(7000);
  await failing;
  body.resolve();
  await late;
  ok(!events.some((event) => event.type === "step-progress"));
});

Deno.test("runLocal() does not take what a step gives after its time was up", async () => {
  const host = testHost([7000, 5000]);
  const body = Promise.withResolvers<void>();
  const pipeline = one(() => body.promise, { timeoutMs: 7000 });
  const failing = rejects(runLocal(pipeline, {}, await bench({ host })), /took more than 7 s/);
  await host.pass(7000);
  body.resolve();
  await failing;
});

Deno.test("runLocal() gives every attempt its own time", async () => {
  const host = testHost([7000]);
  let tries = 0;
  const pipeline = one(() => ++tries < 3 && new Promise(() => {}), {
    timeoutMs: 7000,
    retries: 2,
  });
  const running = runLocal(pipeline, {}, await bench({ host }));
  await host.pass(7000);
  await host.pass(7000);
  strictEqual((await running).steps[0]?.state, "succeeded");
});

Deno.test("runLocal() stops the other steps when one fails, and waits for them to end", async () => {
  const host = testHost([5000]); // nobody is left to himself
  const started = Promise.withResolvers<void>();
  let cleanedUp = false;
  const pipeline = pair(
    async () => {
      await started.promise;
      throw new RangeError("left is broken\nat some place");
    },
    async ({ signal }) => {
      started.resolve();
      await aborted(signal);
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      cleanedUp = true;
      signal.throwIfAborted();
    },
  );
  const error = await runLocal(pipeline, {}, await bench({ host })).catch((error) => error);
  ok(error instanceof StepError);
  strictEqual(error.message, 'left is broken\nat some place (in step "left")');
  strictEqual(error.step, "left");
  ok(error.cause instanceof RangeError);
  deepStrictEqual(error.result.steps.map(brief), [
    "left: failed: left is broken",
    'right: failed: Cannot go on as step "left" failed',
    "last: skipped",
  ]);
  ok(cleanedUp);
});

Deno.test("StepError tells what the run had come to", async () => {
  const broken = defineComponent({
    name: "broken",
    description: "",
    inputs: { sum: integer("") },
    outputs: { verdict: text("") },
    run: () => Promise.reject(new Error("broken")),
  });
  const pipeline = definePipeline({
    name: "breaks",
    description: "",
    params: {},
    build(_, { step }) {
      const { sum: total } = step(sum, step(count, {}));
      return { total, ...step(broken, { sum: total }) };
    },
  });
  const error = await runLocal(pipeline, {}, await bench()).catch((error) => error);
  ok(error instanceof StepError);
  deepStrictEqual(error.result.outputs, { total: 6, verdict: undefined });
  deepStrictEqual(Object.keys(error.result.tasks), ["count", "sum"]);
});

Deno.test("runLocal() rejects with the signal's reason", async () => {
  const reason = new Error("Ctrl-C");
  await rejects(
    runLocal(sample, { far: 1 }, await bench({ signal: AbortSignal.abort(reason) })),
    reason,
  );
  const controller = new AbortController();
  const reports: string[] = [];
  const pipeline = pair(
    () => controller.abort(reason),
    async ({ signal }) => {
      await aborted(signal);
      throw new Error("in the middle of something");
    },
  );
  const options = await bench({
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === "step-finished") reports.push(brief(event.report));
    },
  });
  await rejects(runLocal(pipeline, {}, options), reason);
  deepStrictEqual(reports.sort(), [
    "last: skipped",
    "left: failed: Ctrl-C",
    "right: failed: Ctrl-C",
  ]);
});

Deno.test("runLocal() does not wait for a pause when it is aborted", async () => {
  const controller = new AbortController();
  const host = testHost([1000]);
  const pipeline = one(() => Promise.reject(new Error("no")), { retries: 1 });
  const onEvent = (event: RunEvent) => {
    if (event.type === "step-retry") controller.abort(new Error("Ctrl-C"));
  };
  const { signal } = controller;
  await rejects(runLocal(pipeline, {}, await bench({ host, onEvent, signal })), /^Error: Ctrl-C/);
});

Deno.test("runLocal() fails with the step whose record can't be written", async () => {
  const { run, ...options } = await bench();
  const full: Run = {
    ...run,
    id: "",
    step: () => Promise.reject(new UnavailableError("the disk is full")),
  };
  await rejects(
    runLocal(sample, { far: 1 }, { ...options, run: full }),
    /^StepError: the disk is full \(in step "count"\)/,
  );
});

Deno.test("runLocal() keeps checkpoints in a store of their own where it is given one", async () => {
  const store = memoryStore();
  const checkpoints = memoryStore();
  let kept: readonly string[] = [];
  const halfDone = one(async ({ checkpoint }) => {
    await checkpoint.save({ state: Uint8Array.of(1) });
    kept = (await Array.fromAsync(checkpoints.list("checkpoints/"))).map(({ uri }) => uri);
    const inStore = await Array.fromAsync(store.list("checkpoints/"));
    strictEqual(inStore.length, 0);
    deepStrictEqual(await checkpoint.load(), { state: Uint8Array.of(1) });
  });
  await runLocal(halfDone, {}, await bench({ store, checkpoints }));
  strictEqual(kept.length, 1);
  deepStrictEqual(await Array.fromAsync(checkpoints.list("")), [], "given up with the step's end");
});

Deno.test("runLocal() tells a step where its artifacts are, and their digests", async () => {
  let told: StepContext["artifacts"] = {};
  const look = defineComponent({
    name: "look",
    description: "Looks where its input is",
    inputs: { numbers: numbers("What"), name: text("A parameter") },
    outputs: {},
    run(_, { artifacts }) {
      told = artifacts;
      return {};
    },
  });
  const pipeline = definePipeline({
    name: "look",
    description: "Counts and looks",
    params: {},
    build(_, { step }) {
      const counted = step(count, { count: 2 });
      step(look, { ...counted, name: "x" });
      return counted;
    },
  });
  const { outputs } = await runLocal(pipeline, {}, await bench());
  deepStrictEqual(told, { numbers: outputs.numbers!.info });
});
