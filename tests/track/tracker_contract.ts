/** What every tracker that keeps its own records has to do. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { BusyError, DataError } from "../../lib/base/errors.ts";
import type { DatasetInput, Run, RunOptions, RunReader, Tracker } from "../../lib/pipeline/mod.ts";
import { testRegistry, tickingClock } from "./registry_contract.ts";

/** A tracker of its own for one test. */
export interface ContractTracker extends AsyncDisposable {
  readonly tracker: Tracker & RunReader;
}

const bytes = (text: string) => new TextEncoder().encode(text);

export const someRun: RunOptions = {
  experiment: "digits",
  name: "adam-3",
  params: { epochs: 3, optimizer: "adam", layers: [32, { size: 64 }] },
  tags: { engine: "onnx" },
  resumeKey: "key",
};

export const someInput: DatasetInput = {
  name: "mnist-train",
  digest: "440fcabf73cc546f",
  context: "training",
  uri: "memory:train",
  count: 60_000,
  features: { name: "images", dtype: "uint8", shape: [60_000, 28, 28] },
  targets: { name: "labels", dtype: "uint8", shape: [60_000] },
};

/** Registers the contract's tests for one implementation. `open` gets the tracker its clock. */
export function testTracker(
  name: string,
  open: (clock: { now(): number }) => Promise<ContractTracker>,
): void {
  const test = (what: string, body: (tracker: Tracker & RunReader) => Promise<void>) =>
    Deno.test(`${name} ${what}`, async () => {
      await using contract = await open(tickingClock());
      await body(contract.tracker);
    });

  test("records a run with everything about it", async (tracker) => {
    const run = await tracker.start(someRun);
    match(run.id, /^[0-9a-f]{32}$/);
    strictEqual(run.resumed, false);
    await run.params({ threads: 2, epochs: 3 });
    await run.tag({ dataset: "mnist", engine: "onnx-wasm" });
    await run.log({ loss: 0.5, accuracy: 0.25 }, 1);
    await run.log({ loss: -0.125 }, 2);
    await run.step({ name: "train", state: "failed", seconds: 1, cached: false, error: "no" });
    await run.step({ name: "acquire", state: "succeeded", seconds: 2, cached: true });
    await run.step({ name: "train", state: "succeeded", seconds: 3, cached: false });
    await run.attach("report.html", { "": bytes("<html>") });
    await run.input(someInput);
    await run.end("FAILED", "below the gate");
    deepStrictEqual(await tracker.readRun(run.id), {
      id: run.id,
      experiment: "digits",
      name: "adam-3",
      status: "FAILED",
      startedAt: 1000,
      endedAt: 1010,
      params: { ...someRun.params, threads: 2 },
      tags: { engine: "onnx-wasm", dataset: "mnist" },
      metrics: [
        { name: "loss", value: 0.5, step: 1, time: 1003 },
        { name: "accuracy", value: 0.25, step: 1, time: 1003 },
        { name: "loss", value: -0.125, step: 2, time: 1004 },
      ],
      steps: [
        { name: "acquire", state: "succeeded", seconds: 2, cached: true },
        { name: "train", state: "succeeded", seconds: 3, cached: false },
      ],
      attachments: ["report.html"],
      inputs: [someInput],
      modelVersions: [],
      error: "below the gate",
    });
  });

  test("keeps numbers that JSON has no word for", async (tracker) => {
    await using run = await tracker.start(someRun);
    await run.log({ a: NaN, b: Infinity, c: -Infinity, d: 1e-300, e: 0.1 + 0.2 }, 0);
    const { metrics } = await tracker.readRun(run.id);
    deepStrictEqual(metrics.map(({ value }) => value), [
      NaN,
      Infinity,
      -Infinity,
      1e-300,
      0.1 + 0.2,
    ]);
  });

  test("shows a run that is being recorded as running, and one that was left as killed", async (tracker) => {
    let run: Run;
    {
      await using left = run = await tracker.start(someRun);
      const { status, endedAt, error } = await tracker.readRun(left.id);
      deepStrictEqual([status, endedAt, error], ["RUNNING", null, null]);
    }
    strictEqual((await tracker.readRun(run.id)).status, "KILLED");
  });

  test("records nothing after the end", async (tracker) => {
    await using run = await tracker.start(someRun);
    await run.end("FINISHED");
    const ended = new Error(`Cannot record anything more as run ${run.id} has ended`);
    await rejects(run.log({ loss: 1 }, 1), ended);
    await rejects(run.tag({ a: "b" }), ended);
    await rejects(run.params({ a: "b" }), ended);
    await rejects(run.attach("a", { "": bytes("") }), ended);
    await rejects(run.input(someInput), ended);
    await rejects(run.step({ name: "a", state: "skipped", seconds: 0, cached: false }), ended);
    await rejects(run.end("FAILED"), ended);
    strictEqual((await tracker.readRun(run.id)).status, "FINISHED");
  });

  test("refuses what it could not read back", async (tracker) => {
    const refused = (work: Promise<unknown>, reason: string) =>
      rejects(work, (error: Error) => {
        ok(error instanceof TypeError);
        ok(
          error.message.startsWith("Cannot record ") && error.message.endsWith(reason),
          error.message,
        );
        return true;
      });
    await refused(
      tracker.start({ ...someRun, tags: { threads: 2 as never } }),
      "must be string: got 2",
    );
    await refused(tracker.start({ ...someRun, params: { rate: NaN } }), "got NaN");
    await using run = await tracker.start(someRun);
    await refused(run.log({ loss: "0.5" as never }, 1), 'got "0.5"');
    await refused(run.log({ loss: 0.5 }, 1.5), "got 1.5");
    await refused(run.tag({ threads: 2 as never }), "tags.threads as it must be string: got 2");
    await refused(run.params({ start: new Date(0) as never }), "got [object Date]");
    await refused(run.end("LOST" as never), 'got "LOST"');
    const tags = { threads: 2 as never };
    await refused(run.registry.register("digits", {}, { runId: run.id, tags }), "got 2");
    const { status, metrics, params } = await tracker.readRun(run.id);
    deepStrictEqual([status, metrics, params], ["RUNNING", [], someRun.params]);
    deepStrictEqual(await tracker.registry.versions("digits"), []);
  });

  test("records what a run read, each once", async (tracker) => {
    await using run = await tracker.start(someRun);
    await run.input(someInput);
    const other = { ...someInput, context: "test" } as const;
    await run.input(other);
    await run.input({ ...someInput, uri: "memory:elsewhere" });
    deepStrictEqual((await tracker.readRun(run.id)).inputs, [someInput, other]);
    await rejects(
      run.input({ ...someInput, digest: "d".repeat(37) }),
      new TypeError(
        "Cannot record dataset.digest as it must be at most 36 characters: got " +
          `"${"d".repeat(37)}"`,
      ),
    );
    await rejects(
      run.input({ ...someInput, context: "production" as never }),
      /^TypeError: Cannot record dataset.context as it must be /,
    );
  });

  test("refuses to change a parameter", async (tracker) => {
    await using run = await tracker.start(someRun);
    await run.params({ seed: 1, layers: [32, { size: 64 }] });
    await rejects(
      run.params({ seed: 2 }),
      new RangeError(
        `Cannot change parameter "seed" of run ${run.id} from 1 to 2: parameters never change once given`,
      ),
    );
    await rejects(run.params({ epochs: 4 }), RangeError);
    strictEqual((await tracker.readRun(run.id)).params["seed"], 1);
  });

  test("keeps what was attached last under a name", async (tracker) => {
    await using run = await tracker.start(someRun);
    const folder = { "a.txt": bytes("a"), "b/c.txt": bytes("c") };
    await run.attach("lone", { "": bytes("1") });
    await run.attach("lone", { "": bytes("2") });
    await run.attach("folder", { old: bytes("old") });
    await run.attach("folder", folder);
    await run.attach("changed", { "": bytes("file") });
    await run.attach("changed", folder);
    await run.attach("back", folder);
    await run.attach("back", { "": bytes("file") });
    await run.attach("empty", {});
    const { attachments } = await tracker.readRun(run.id);
    deepStrictEqual(attachments, ["lone", "folder", "changed", "back", "empty"]);
    const read = async (name: string) =>
      Object.fromEntries(
        Object.entries(await tracker.readAttachment(run.id, name))
          .map(([file, content]) => [file, new TextDecoder().decode(content)])
          .sort(),
      );
    deepStrictEqual(await read("lone"), { "": "2" });
    deepStrictEqual(await read("folder"), { "a.txt": "a", "b/c.txt": "c" });
    deepStrictEqual(await read("changed"), { "a.txt": "a", "b/c.txt": "c" });
    deepStrictEqual(await read("back"), { "": "file" });
    deepStrictEqual(await read("empty"), {});
    await rejects(tracker.readAttachment(run.id, "other"), DataError);
  });

  test("refuses to attach what could lie elsewhere", async (tracker) => {
    await using run = await tracker.start(someRun);
    for (const name of ["", "..", "a/b", ".a", "a b", "a\\b"]) {
      await rejects(run.attach(name, { "": bytes("") }), /^TypeError: Cannot name an attachment/);
      await rejects(tracker.readAttachment(run.id, name), TypeError);
    }
    await rejects(run.attach("a", { "../b": bytes("") }), TypeError);
    deepStrictEqual((await tracker.readRun(run.id)).attachments, []);
  });

  test("keeps every line of many that log at once", async (tracker) => {
    await using run = await tracker.start(someRun);
    await Promise.all(Array.from({ length: 50 }, (_, step) => run.log({ loss: step }, step)));
    const { metrics } = await tracker.readRun(run.id);
    deepStrictEqual(metrics.map(({ value }) => value), Array.from({ length: 50 }, (_, i) => i));
  });

  test("continues the run of the same key that was interrupted", async (tracker) => {
    const first = await tracker.start(someRun);
    await first.params({ seed: 7 });
    await first.log({ loss: 1, seconds: 10 }, 1);
    await first.log({ loss: 0.5, seconds: 10 }, 2);
    await first[Symbol.asyncDispose]();
    await using run = await tracker.start({ ...someRun, tags: { engine: "onnx-wasm" } });
    deepStrictEqual([run.id, run.resumed], [first.id, true]);
    strictEqual((await tracker.readRun(run.id)).status, "RUNNING");
    await rejects(run.params({ seed: 8 }), RangeError);
    // The second epoch is done again, and only counts once.
    await run.log({ loss: 0.5, seconds: 12 }, 2);
    await run.log({ loss: 0.25, seconds: 12 }, 3);
    await run.end("FINISHED");
    const { status, metrics, tags, startedAt } = await tracker.readRun(run.id);
    deepStrictEqual([status, startedAt, tags["engine"]], ["FINISHED", 1000, "onnx-wasm"]);
    deepStrictEqual(
      metrics.map(({ name, value, step }) => [name, value, step]),
      [
        ["loss", 1, 1],
        ["seconds", 10, 1],
        ["loss", 0.5, 2],
        ["seconds", 12, 2],
        ["loss", 0.25, 3],
        ["seconds", 12, 3],
      ],
    );
    strictEqual((await tracker.listRuns()).length, 1);
  });

  test("starts a new run when the last of the same key came to an end, or goes on", async (tracker) => {
    const ids = new Set<string>();
    const start = async () => {
      const run = await tracker.start(someRun);
      strictEqual(run.resumed, false);
      ids.add(run.id);
      return run;
    };
    await (await start()).end("FINISHED");
    await (await start()).end("FAILED", "no");
    await using _running = await start();
    await using _other = await tracker.start({ ...someRun, resumeKey: "other" });
    await (await start()).end("FINISHED");
    strictEqual(ids.size, 4);
  });

  test("lists runs, the newest first", async (tracker) => {
    const ids: string[] = [];
    for (const resumeKey of ["a", "b", "c"]) {
      await using run = await tracker.start({ ...someRun, name: resumeKey, resumeKey });
      ids.unshift(run.id);
    }
    const runs = await tracker.listRuns();
    deepStrictEqual(runs.map(({ id }) => id), ids);
    deepStrictEqual(runs[0], await tracker.readRun(ids[0]!));
  });

  test("deletes a run, but none that is being recorded", async (tracker) => {
    const run = await tracker.start(someRun);
    await run.attach("a", { "": bytes("a") });
    await rejects(tracker.deleteRun(run.id), BusyError);
    await run.end("FINISHED");
    await tracker.deleteRun(run.id);
    deepStrictEqual(await tracker.listRuns(), []);
    const missing = new DataError(`Cannot read run ${run.id} as there is none`);
    await rejects(tracker.readRun(run.id), missing);
    await rejects(tracker.deleteRun(run.id), missing);
    await rejects(tracker.readAttachment(run.id, "a"), missing);
    await rejects(tracker.readRun("../runs"), DataError);
  });

  test("knows which model versions a run made", async (tracker) => {
    await using run = await tracker.start(someRun);
    const { registry } = run;
    const register = (text: string, runId: string) =>
      registry.register("digits", { "": bytes(text) }, { runId, tags: {} });
    const first = await register("1", run.id);
    await register("2", "another");
    const third = await register("3", run.id);
    await register("2", run.id);
    deepStrictEqual((await tracker.readRun(run.id)).modelVersions, [first, third]);
  });

  testRegistry(name, async (clock) => {
    const contract = await open(clock);
    return {
      registry: contract.tracker.registry,
      [Symbol.asyncDispose]: () => contract[Symbol.asyncDispose](),
    };
  });
}
