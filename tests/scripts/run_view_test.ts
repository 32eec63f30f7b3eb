import { deepStrictEqual } from "node:assert/strict";
import type { Terminal } from "../../scripts/cli/terminal.ts";
import { RunView } from "../../scripts/cli/run_view.ts";

/** A terminal that writes down what it is told. */
function notebook(live: boolean): { readonly lines: string[]; readonly terminal: Terminal } {
  const lines: string[] = [];
  return {
    lines,
    terminal: {
      live,
      print: (text) => lines.push(`print ${text}`),
      say: (text) => lines.push(text),
      draw: (text) => lines.push(`draw ${text.trim()}`),
      style: (text) => text,
    },
  };
}

const progress = { done: 30, total: 120, unit: "steps", note: "epoch 1/3" };
const report = { name: "train", state: "succeeded", seconds: 12.34, cached: false } as const;

Deno.test("RunView draws one line on a live terminal, and replaces it by the step's end", () => {
  const { lines, terminal } = notebook(true);
  let now = 0;
  const view = new RunView(terminal, { now: () => now });
  view.show({ type: "step-started", step: "train" });
  now += 10;
  view.show({ type: "step-progress", step: "train", progress }); // too soon to be seen
  now += 100;
  view.show({ type: "step-progress", step: "train", progress });
  view.show({ type: "step-finished", step: "train", report });
  deepStrictEqual(lines, [
    "draw train      …",
    "draw train      ██████░░░░░░░░░░░░░░░░░░  25 %  epoch 1/3",
    "draw ",
    "✓ train      12.3 s",
  ]);
});

Deno.test("RunView says a line every few seconds where nobody watches", () => {
  const { lines, terminal } = notebook(false);
  let now = 0;
  const view = new RunView(terminal, { now: () => now });
  view.show({ type: "step-started", step: "train" });
  for (let second = 1; second <= 4; second++) {
    now = second * 1000;
    view.show({ type: "step-progress", step: "train", progress });
  }
  view.show({ type: "step-finished", step: "train", report: { ...report, cached: true } });
  deepStrictEqual(lines, ["  train      25 %  epoch 1/3", "✓ train      unchanged"]);
});

Deno.test("RunView says what failed and why, what is tried again, and what was skipped", () => {
  const { lines, terminal } = notebook(false);
  const view = new RunView(terminal, { now: () => 0 });
  const error = new Error("No answer");
  view.show({ type: "step-retry", step: "acquire", attempt: 1, delayMs: 2_000, error });
  const failed = { ...report, state: "failed", error: "No answer" } as const;
  view.show({ type: "step-finished", step: "train", report: failed });
  const skipped = { ...report, name: "serve", state: "skipped" } as const;
  view.show({ type: "step-finished", step: "serve", report: skipped });
  deepStrictEqual(lines, [
    "  acquire: No answer; trying again in 2.0 s",
    "✗ train      12.3 s  No answer",
    "– serve      skipped",
  ]);
});
