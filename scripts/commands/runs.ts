/**
 * `deno task runs`: lists, shows, compares and deletes recorded runs.
 *
 * @module
 */
import { UsageError } from "../../lib/base/errors.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { flag, integer, text } from "../cli/options.ts";
import { percent, type RunFacts, runFacts } from "../cli/run_facts.ts";
import { tableLines } from "../cli/table.ts";
import { attachmentPath, openWorkspace, type Workspace } from "../cli/workspace.ts";

type Terminal = CommandContext["terminal"];

export const runsCommand = defineCommand({
  name: "runs",
  summary: "List, show, compare or delete recorded runs",
  words: "[RUN...]",
  maxWords: 100,
  examples: ["runs", "runs 3f2a", "runs 3f2a 9c01", "runs --delete 3f2a", "runs --json"],
  options: {
    experiment: text("NAME", "Only the runs of this experiment", undefined),
    limit: integer("List at most this many (20)", 20, { low: 1, high: 1_000_000 }),
    delete: flag("Delete the named runs; model versions they made stay"),
    json: flag("Print one JSON array on stdout"),
    settings: settingsOption,
  },
  async run(flags, words, { terminal }) {
    const workspace = openWorkspace(await readSettings(flags.settings));
    const records = await workspace.tracker.listRuns();
    const inScope = records
      .filter(({ experiment }) => flags.experiment === undefined || experiment === flags.experiment)
      .map(runFacts);
    const chosen = words.length === 0
      ? inScope.slice(0, flags.limit)
      : words.map((prefix) => findRun(inScope, prefix));
    if (flags.delete) return await deleteRuns(words, chosen, workspace, terminal);
    if (flags.json) terminal.print(JSON.stringify(chosen));
    else if (words.length === 0) listRuns(chosen, inScope.length, terminal);
    else if (chosen.length === 1) showRun(chosen[0]!, workspace, terminal);
    else compareRuns(chosen, terminal);
    return 0;
  },
});

function findRun(runs: readonly RunFacts[], prefix: string): RunFacts {
  const found = runs.filter(({ runId }) => runId.startsWith(prefix));
  if (found.length === 1) return found[0]!;
  throw new UsageError(
    found.length === 0
      ? `There is no run "${prefix}": deno task runs lists them`
      : `${found.length} runs begin with "${prefix}": write more of the id`,
  );
}

async function deleteRuns(
  words: readonly string[],
  chosen: readonly RunFacts[],
  { tracker, home, host }: Workspace,
  terminal: Terminal,
): Promise<number> {
  if (words.length === 0) {
    throw new UsageError("Name the runs to delete: deno task runs lists them");
  }
  await using _lock = await lockHome(home, host);
  for (const { runId } of chosen) {
    await tracker.deleteRun(runId);
    terminal.say(`Deleted run ${runId}`);
  }
  return 0;
}

function listRuns(runs: readonly RunFacts[], total: number, terminal: Terminal): void {
  if (runs.length === 0) return terminal.say("No runs yet: deno task pipeline makes one");
  const rows = runs.map(({ runId, startedAt, status, dataset, params, metrics, models }) => [
    runId.slice(0, 8),
    startedAt.slice(0, 16).replace("T", " "),
    status,
    dataset ?? "",
    String(params["no_epochs"] ?? ""),
    String(params["optimizer"] ?? ""),
    percent(metrics["test_accuracy"]),
    models.join(", "),
  ]);
  const head = ["run", "started (UTC)", "status", "dataset", "epochs", "optimizer", "test", "made"];
  for (const line of tableLines(head, rows)) terminal.print(line);
  if (runs.length < total) terminal.say(`${total - runs.length} older runs: --limit ${total}`);
}

function showRun(run: RunFacts, workspace: Workspace, terminal: Terminal): void {
  const { runId, params, metrics, models, error, ...facts } = run;
  const rows = [
    ["run", runId],
    ...Object.entries(facts).map(([name, value]) => [name, String(value ?? "")]),
    ...Object.entries(params).map(([name, value]) => [`params.${name}`, JSON.stringify(value)]),
    ...Object.entries(metrics).map(([name, value]) => [`metrics.${name}`, String(value)]),
    ["models", models.join(", ")],
    ["report", attachmentPath(workspace, runId, "report.html")],
    ...(error === null ? [] : [["error", error]]),
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  for (const [name, value] of rows) terminal.print(`${name!.padEnd(width)}  ${value}`.trimEnd());
}

/** A column a run, and a row for everything in which they differ. */
function compareRuns(runs: readonly RunFacts[], terminal: Terminal): void {
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
