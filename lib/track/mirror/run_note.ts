/**
 * What MLflow's page of a run shows first. Pure.
 *
 * @module
 */
import type { RunStatus } from "../../pipeline/tracker.ts";
import type { RunState } from "./event_reader.ts";

/**
 * A short text about a run in Markdown, with what it came to once it has ended.
 * @param status what MLflow is told of it
 */
export function runNote(state: RunState, status: RunStatus): string {
  const { start, time, error, last, steps } = state;
  const ended = status === "RUNNING" || start === undefined
    ? ""
    : ` after ${seconds((time - start.time) / 1000)}`;
  const blocks = [
    `**${inline(start?.name ?? "")}** ${verbs[status]}${ended}.`,
    ...error === null ? [] : [`> ${inline(error)}`],
    ...resultTable(last),
    ...stepTable(steps),
  ];
  return blocks.join("\n\n") + "\n";
}

const verbs = {
  RUNNING: "is running",
  FINISHED: "finished",
  FAILED: "failed",
  KILLED: "was interrupted",
} as const;

function resultTable(last: RunState["last"]): readonly string[] {
  if (last.length === 0) return [];
  const rows = [...last]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .slice(0, 40) // all that a page shows; a tag holds 8,000 characters
    .map(({ name, value, step }) => `| ${cell(name)} | ${short(value)} | ${step} |`);
  return [["| metric | last | step |", "| --- | ---: | ---: |", ...rows].join("\n")];
}

function stepTable(steps: RunState["steps"]): readonly string[] {
  if (steps.length === 0) return [];
  const rows = steps.map((step) =>
    `| ${cell(step.name)} | ${step.state}${step.cached ? ", from the cache" : ""} | ` +
    `${seconds(step.seconds)} |`
  );
  return [["| step | state | took |", "| --- | --- | ---: |", ...rows].join("\n")];
}

function seconds(count: number): string {
  return count < 100
    ? `${count.toFixed(1)} s`
    : `${Math.floor(count / 60)} min ${Math.floor(count % 60)} s`;
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/** Text that Markdown does not take for its own, in one line. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>]/g, "\\$&");
}

function cell(text: string): string {
  return inline(text).replaceAll("|", "\\|");
}
