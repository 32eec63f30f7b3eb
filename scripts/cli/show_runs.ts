/**
 * Recorded runs as lines for people.
 *
 * @module
 */
import type { FactsWithMlflow, MlflowFacts } from "./mlflow_facts.ts";
import { percent, type RunFacts } from "./run_facts.ts";
import { tableLines } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { attachmentPath, type Workspace } from "./workspace.ts";

/** A line a run. */
export function listRuns(
  runs: readonly FactsWithMlflow[],
  total: number,
  terminal: Terminal,
): void {
  if (runs.length === 0) return terminal.say("No runs yet: deno task pipeline makes one");
  const isSent = runs.some(({ mlflow }) => mlflow);
  const rows = runs.map((
    { runId, startedAt, status, dataset, params, metrics, models, mlflow },
  ) => [
    runId.slice(0, 8),
    startedAt.slice(0, 16).replace("T", " "),
    status,
    dataset ?? "",
    String(params["no_epochs"] ?? ""),
    String(params["optimizer"] ?? ""),
    percent(metrics["test_accuracy"]),
    models.join(", "),
    ...mlflow ? [sendingState(mlflow)] : [],
  ]);
  const head = ["run", "started (UTC)", "status", "dataset", "epochs", "optimizer", "test", "made"]
    .concat(isSent ? ["MLflow"] : []);
  for (const line of tableLines(head, rows)) terminal.print(line);
  if (runs.length < total) terminal.say(`${total - runs.length} older runs: --limit ${total}`);
}

/** A line for everything about a run. */
export function showRun(run: FactsWithMlflow, workspace: Workspace, terminal: Terminal): void {
  const { runId, params, metrics, models, error, mlflow, ...facts } = run;
  const rows = [
    ["run", runId],
    ...Object.entries(facts).map(([name, value]) => [name, String(value ?? "")]),
    ...Object.entries(params).map(([name, value]) => [`params.${name}`, JSON.stringify(value)]),
    ...Object.entries(metrics).map(([name, value]) => [`metrics.${name}`, String(value)]),
    ["models", models.join(", ")],
    ["report", attachmentPath(workspace, runId, "report.html")],
    ...mlflow ? [["MLflow", sendingState(mlflow)]] : [],
    ...mlflow?.page ? [["page", mlflow.page]] : [],
    ...(error === null ? [] : [["error", error]]),
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  for (const [name, value] of rows) terminal.print(`${name!.padEnd(width)}  ${value}`.trimEnd());
}

function sendingState({ sent, page }: MlflowFacts): string {
  return sent ? "sent" : page === null ? "not sent" : "partly sent";
}

/** A column a run, and a row for everything in which they differ. */
export function compareRuns(runs: readonly RunFacts[], terminal: Terminal): void {
  const sides = runs.map((
    { dataset, status, seconds, params, metrics },
  ): Record<string, unknown> => ({
    status,
    dataset,
    seconds,
    ...prefixed("params", params),
    ...prefixed("metrics", metrics),
  }));
  const names = [...new Set(sides.flatMap((side) => Object.keys(side)))];
  const rows = names
    .map((name) => [name, ...sides.map((side) => shown(side[name]))])
    .filter(([, first, ...others]) => others.some((other) => other !== first));
  const head = ["", ...runs.map(({ runId }) => runId.slice(0, 8))];
  for (const line of tableLines(head, rows)) terminal.print(line);
  if (rows.length === 0) terminal.say("These runs do not differ");
}

/** Parameters and metrics share names, such as `learning_rate`. */
function prefixed(prefix: string, values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}
