import assert from "node:assert/strict";
import type { RunEvent } from "../../lib/pipeline/run_event.ts";
import type { StepReport } from "../../lib/pipeline/tracker.ts";
import { defineComponent } from "../../lib/pipeline/component.ts";
import { definePipeline } from "../../lib/pipeline/pipeline.ts";
import { integer } from "../../lib/pipeline/port.ts";
import { LivePipeline } from "../../lib/show/live_pipeline.ts";
import { jupyterDisplay } from "../../lib/show/shown.ts";
import { StepProgress } from "../../lib/show/step_progress.ts";
import { FakeNotebook } from "./fake_notebook.ts";

const add = defineComponent({
  name: "add",
  description: "Adds one",
  inputs: { x: integer("A number") },
  outputs: { y: integer("One more") },
  run: ({ x }) => ({ y: x + 1 }),
});
const pipeline = definePipeline({
  name: "twice",
  description: "Adds two",
  params: { x: integer("A number") },
  build: ({ x }, { step }) => {
    const { y } = step(add, { x }, { id: "first" });
    return step(add, { x: y }, { id: "second" });
  },
});

const started = (step: string): RunEvent => ({ type: "step-started", step });
const finished = (step: string, report: Partial<StepReport> = {}): RunEvent => ({
  type: "step-finished",
  step,
  report: { name: step, state: "succeeded", seconds: 1.25, cached: false, ...report },
});

Deno.test("show.pipeline() shows the graph, and says in words what comes after what", async () => {
  const notebook = new FakeNotebook();
  const graph = new LivePipeline(pipeline, notebook);
  const bundle = await graph[jupyterDisplay]();
  assert.equal(bundle["text/plain"], "twice\n  first\n  second ← first");
  assert.deepEqual(Object.keys(bundle), ["image/svg+xml", "image/png", "text/plain"]);
  assert.equal(notebook.outputs.length, 0);
});

Deno.test("show.pipeline() follows a run in one output, and keeps its end", async () => {
  const notebook = new FakeNotebook();
  const graph = new LivePipeline(pipeline, notebook);
  const events = [
    started("first"),
    finished("first"),
    started("second"),
    finished("second", { state: "failed" }),
  ];
  for (const event of events) {
    graph.onEvent(event);
    await Promise.resolve();
  }
  await graph.end();
  const [output, ...more] = notebook.outputs;
  assert.equal(more.length, 0);
  assert.match(output!.frames[0]!["text/plain"], /first \(running\)/);
  assert.equal(output!.isKept, true);
  assert.equal(
    output!.frames.at(-1)!["text/plain"],
    "twice\n  first (1.3 s)\n  second ← first (failed, 1.3 s)",
  );
  assert.ok("image/svg+xml" in output!.frames.at(-1)!);
});

Deno.test("show.pipeline() does not draw every percent", async () => {
  const notebook = new FakeNotebook();
  const graph = new LivePipeline(pipeline, notebook);
  graph.onEvent(started("first"));
  for (let done = 0; done < 100; done++) {
    notebook.time += 10;
    const progress = { done, total: 100, unit: "images", note: "" };
    graph.onEvent({ type: "step-progress", step: "first", progress });
    await Promise.resolve();
  }
  const { frames } = notebook.outputs[0]!;
  assert.ok(frames.length > 4 && frames.length < 9, `${frames.length} frames in 1 s`);
});

Deno.test("show.pipeline() follows a run on Kubeflow", async () => {
  const notebook = new FakeNotebook();
  const moment = (name: string, state: string, cached = false) => (
    { type: "step", step: { name, state, seconds: 3 }, cached } as const
  );
  async function* moments() {
    yield moment("first", "RUNNING");
    yield await Promise.resolve(moment("first", "SUCCEEDED", true));
    yield { type: "waits", step: "second", reason: "no node is free" } as const;
    yield moment("second", "CANCELED");
  }
  await new LivePipeline(pipeline, notebook).follow(moments());
  assert.equal(notebook.outputs.length, 1);
  const { frames, isKept } = notebook.outputs[0]!;
  assert.ok(isKept);
  assert.match(frames[0]!["text/plain"], /first \(running\)/);
  assert.equal(
    frames.at(-1)!["text/plain"],
    "twice\n  first (cached)\n  second ← first (failed, 3.0 s)",
  );
});

Deno.test("a step in a loop is as far as its turns", () => {
  const progress = new StepProgress();
  for (const turn of ["train.0", "train.1"]) progress.add(started(turn));
  progress.add(finished("train.0"));
  assert.deepEqual(progress.steps.get("train"), { status: "running", note: "1 of 2 done" });
  progress.add(finished("train.1", { state: "failed" }));
  assert.deepEqual(progress.steps.get("train"), { status: "failed", note: "2 of 2 done" });
  progress.add(finished("tune.0.train"));
  assert.deepEqual([...progress.steps.keys()], ["train", "tune.train"]);
});

Deno.test("a step that was skipped, cached or is tried again says so", () => {
  const progress = new StepProgress();
  progress.add(finished("a", { state: "skipped" }));
  progress.add(finished("b", { cached: true }));
  progress.add(started("c"));
  progress.add({ type: "step-retry", step: "c", attempt: 1, delayMs: 5, error: new Error("x") });
  assert.deepEqual(Object.fromEntries(progress.steps), {
    a: { status: "skipped", note: "skipped" },
    b: { status: "cached", note: "cached" },
    c: { status: "running", note: "running" },
  });
});
