import { strictEqual } from "node:assert/strict";
import { EventReader } from "../../../lib/track/mirror/event_reader.ts";
import { runNote } from "../../../lib/track/mirror/run_note.ts";
import { someRun } from "../tracker_contract.ts";

const start = { type: "start", time: 1000, schemaVersion: 1, id: "a".repeat(32) } as const;

Deno.test("runNote() tells what a run came to, whatever its texts have in them", () => {
  const reader = new EventReader();
  reader.read([
    { ...start, ...someRun, name: "a*b|c", params: {}, tags: {} },
    { type: "metrics", time: 2000, step: 2, values: { "val|loss": 1 / 3 } },
    { type: "metrics", time: 2000, step: 1, values: { "val|loss": 7, strange: NaN } },
    {
      type: "step",
      time: 2000,
      report: { name: "train", state: "succeeded", seconds: 125, cached: true },
    },
    { type: "end", time: 131_000, status: "FAILED", error: "below\nthe <gate>" },
  ]);
  strictEqual(
    runNote(reader.state, "FAILED"),
    `**a\\*b|c** failed after 2 min 10 s.

> below the \\<gate\\>

| metric | last | step |
| --- | ---: | ---: |
| strange | NaN | 1 |
| val\\_loss | 0.333333 | 2 |

| step | state | took |
| --- | --- | ---: |
| train | succeeded, from the cache | 2 min 5 s |
`,
  );
});

Deno.test("runNote() is short for a run that has just begun", () => {
  const reader = new EventReader();
  reader.read([{ ...start, ...someRun, params: {}, tags: {} }]);
  strictEqual(runNote(reader.state, "RUNNING"), "**adam-3** is running.\n");
});
