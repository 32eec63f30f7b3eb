import assert from "node:assert/strict";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { runsView } from "../../lib/show/runs_view.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

async function trackerOf(experiments: readonly string[]) {
  const tracker = memoryTracker();
  for (const [i, experiment] of experiments.entries()) {
    const params = { no_epochs: 3, optimizer: "adam" };
    const run = await tracker.start({ experiment, name: "n", params, tags: {}, resumeKey: `${i}` });
    await run.log({ test_accuracy: 0.98765 }, 3);
    await run.end("FINISHED");
  }
  return tracker;
}

Deno.test("show.runs() lists the newest runs with what they came to", async () => {
  const { text, draw } = await runsView(await trackerOf(["a", "b", "a"]), { limit: 2 });
  assert.match(text, /^2 of 3 recorded runs, newest first/);
  const html = parseMarkup((await draw())["text/html"] as string);
  assert.deepEqual(
    findAll(html, "tr").slice(1).map((row) => findAll(row, "td").map(textOf).slice(4)),
    [["3", "adam", "98.77 %", "–"], ["3", "adam", "98.77 %", "–"]],
  );
});

Deno.test("show.runs() lists the runs of one experiment, or that there are none", async () => {
  const tracker = await trackerOf(["a", "b"]);
  assert.match((await runsView(tracker, { experiment: "b" })).text, /^1 of 2 recorded runs/);
  assert.equal((await runsView(memoryTracker())).text, "No runs yet: run a pipeline first");
});
