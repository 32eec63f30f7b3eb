/**
 * Recorded runs as a table in a notebook.
 *
 * @module
 */
import type { RunReader, RunRecord } from "../pipeline/tracker.ts";
import { percent } from "../draw/report_parts.ts";
import type { View } from "./digits_view.ts";
import { tableHtml, tableText } from "./table.ts";

/** Which runs are shown. */
export interface RunsOptions {
  /** At most so many, the newest. @default 10 */
  readonly limit?: number;
  /** Only those of this experiment. */
  readonly experiment?: string;
}

/** The newest runs, one row each. */
export async function runsView(
  reader: Pick<RunReader, "listRuns">,
  { limit = 10, experiment }: RunsOptions = {},
): Promise<View> {
  const all = await reader.listRuns();
  const records = all
    .filter((record) => experiment === undefined || record.experiment === experiment)
    .slice(0, limit);
  if (records.length === 0) return { text: "No runs yet: run a pipeline first", draw: () => ({}) };
  const table = {
    caption: `${records.length} of ${all.length} recorded runs, newest first (times in UTC)`,
    head: ["Run", "Started", "Status", "Seconds", "Epochs", "Optimizer", "Test accuracy", "Made"],
    rows: records.map(rowOf),
  };
  return { text: tableText(table), draw: () => ({ "text/html": tableHtml(table) }) };
}

function rowOf(record: RunRecord): readonly string[] {
  const { id, startedAt, endedAt, status, params, modelVersions } = record;
  const accuracy = record.metrics.findLast(({ name }) => name === "test_accuracy")?.value;
  return [
    id.slice(0, 8),
    new Date(startedAt).toISOString().slice(0, 16).replace("T", " "),
    status.toLowerCase(),
    endedAt === null ? "–" : ((endedAt - startedAt) / 1000).toFixed(1),
    textOf(params["no_epochs"]),
    textOf(params["optimizer"]),
    accuracy === undefined ? "–" : percent(accuracy),
    modelVersions.map(({ name, version }) => `${name} ${version}`).join(", ") || "–",
  ];
}

function textOf(value: unknown): string {
  return value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}
