import assert from "node:assert/strict";
import { LiveTraining } from "../../lib/show/live_training.ts";
import { TrainingCurve } from "../../lib/show/training_curve.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";
import { FakeNotebook } from "./fake_notebook.ts";
import { batchEvent, checkpointEvent, epochReport, trainingEvents } from "./training_events.ts";

Deno.test("show.training() shows a few frames a second, however many events come", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook);
  for (let step = 1; step <= 100; step++) {
    notebook.time += 20;
    await live.onEvent(batchEvent(1, step, 1000));
  }
  const [output] = notebook.outputs;
  assert.equal(notebook.outputs.length, 1);
  assert.ok(output!.frames.length >= 2 * 4, `${output!.frames.length} frames in 2 s`);
  assert.ok(output!.frames.length <= 2 * 8, `${output!.frames.length} frames in 2 s`);
  assert.equal(output!.isKept, false);
});

Deno.test("show.training() keeps a chart with every epoch when the last one is done", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook);
  for (const event of trainingEvents(3)) {
    notebook.time += 100;
    await live.onEvent(event);
  }
  const [output, ...more] = notebook.outputs;
  assert.equal(more.length, 0);
  assert.equal(output!.isKept, true);
  const last = output!.frames.at(-1)!;
  assert.deepEqual(Object.keys(last), [
    "application/vnd.vegalite.v5+json",
    "image/svg+xml",
    "text/plain",
  ]);
  assert.match(last["text/plain"], /^Training: epoch 3\.0 · loss 0\.5 · accuracy 75\.0 % /);
  assert.equal(last["text/plain"].split("\n").length, 3 + 3);
  parseMarkup(last["image/svg+xml"] as string);
});

Deno.test("a frame of show.training() has the numbers as text, and a line for each measure", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook, { epochs: 3 });
  await live.onEvent(batchEvent(1, 2));
  notebook.time += 1000;
  await live.onEvent(batchEvent(1, 4));
  const frame = notebook.outputs[0]!.frames.at(-1)!;
  assert.equal(
    frame["text/plain"],
    "epoch 0.4 of 3 · loss 1.429 · accuracy 28.6 % · learning rate 0.01 · 1,000 images/s",
  );
  const html = parseMarkup(frame["text/html"] as string);
  const lines = findAll(html, "path").map(({ attributes }) => attributes.d!);
  assert.equal(lines.length, 2 * 3); // an axis and a curve each
  assert.ok(lines.every((line) => !/NaN|Infinity/.test(line)));
  assert.ok(textOf(html).includes("1,000 images/s"));
});

Deno.test("show.training() draws a single moment, and a loss that is no number", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook);
  await live.onEvent({ ...batchEvent(1, 1), loss: NaN } as never);
  const frame = notebook.outputs[0]!.frames[0]!;
  assert.ok(!/d="[^"]*NaN/.test(frame["text/html"] as string));
});

Deno.test("show.training() compares several runs in one output", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook);
  for (const name of ["adam", "sgd"]) {
    for (const event of trainingEvents(2)) await live.as(name)(event);
  }
  assert.equal(notebook.outputs.length, 1);
  const { frames, isKept } = notebook.outputs[0]!;
  assert.ok(isKept);
  const text = frames.at(-1)!["text/plain"];
  assert.match(text, /\nadam +1 /);
  assert.match(text, /\nsgd +2 /);
});

Deno.test("show.training() keeps what there is when training is stopped, and goes on in a new output", async () => {
  const notebook = new FakeNotebook();
  const live = new LiveTraining(notebook);
  const epoch = { kind: "epoch", ...epochReport(1) } as const;
  for (const event of [batchEvent(1, 2), epoch, checkpointEvent(1), batchEvent(2, 2)]) {
    await live.onEvent(event);
  }
  assert.equal(notebook.outputs[0]!.isKept, false);
  await live.onEvent(checkpointEvent(1, { step: 2 }));
  assert.equal(notebook.outputs[0]!.isKept, true);
  assert.equal(live.state()!.step, 2);

  await live.onEvent(batchEvent(2, 4)); // resumed
  assert.equal(notebook.outputs.length, 2);
  await live.end();
  assert.match(notebook.outputs[1]!.frames.at(-1)!["text/plain"], /\n1 +1 +50\.00 %/);
});

Deno.test("show.training().follow() passes every event and the result on", async () => {
  const notebook = new FakeNotebook();
  async function* training() {
    yield* trainingEvents(1);
    return await Promise.resolve("model");
  }
  const events = new LiveTraining(notebook).follow(training());
  let count = 0;
  let step = await events.next();
  for (; !step.done; step = await events.next()) count++;
  assert.equal(step.value, "model");
  assert.equal(count, 12);
  assert.equal(notebook.outputs[0]!.isKept, true);
});

Deno.test("show.training().follow() keeps what there is when training fails", async () => {
  const notebook = new FakeNotebook();
  async function* training() {
    yield batchEvent(1, 2);
    throw new RangeError("the loss is no longer a number");
  }
  await assert.rejects(Array.fromAsync(new LiveTraining(notebook).follow(training())), RangeError);
  assert.equal(notebook.outputs[0]!.isKept, true);
});

Deno.test("show.training() tells a terminal the epochs as a table", async () => {
  const terminal = new FakeNotebook({ isRich: false });
  const live = new LiveTraining(terminal);
  for (const event of trainingEvents(1)) await live.onEvent(event);
  assert.deepEqual(Object.keys(terminal.outputs[0]!.frames.at(-1)!), ["text/plain"]);
});

Deno.test("a training is done after its last epoch, or when its patience is at an end", () => {
  const curve = new TrainingCurve("");
  for (const event of [checkpointEvent(1), checkpointEvent(2)]) curve.add(event);
  assert.equal(curve.isDone, false);
  curve.add(checkpointEvent(3));
  assert.equal(curve.isDone, true);
  assert.equal(curve.isFollowedBy(batchEvent(1, 1)), false);
});

Deno.test("a training curve keeps some points an epoch and the newest", () => {
  const curve = new TrainingCurve("");
  for (let step = 1; step <= 5; step++) curve.add(batchEvent(1, step));
  assert.deepEqual(curve.moments.map(({ at }) => at), [0.2, 0.4, 0.5]);
});
