/**
 * `deno task runs`: lists, shows, compares and deletes recorded runs; sends and exports them.
 *
 * @module
 */
import { UsageError } from "../../lib/base/errors.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { exportRuns } from "../cli/export_runs.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { withMlflowFacts } from "../cli/mlflow_facts.ts";
import { flag, integer, text } from "../cli/options.ts";
import { type RunFacts, runFacts } from "../cli/run_facts.ts";
import { sendToMlflow } from "../cli/send_runs.ts";
import { compareRuns, listRuns, showRun } from "../cli/show_runs.ts";
import { openWorkspace, type Workspace } from "../cli/workspace.ts";

type Terminal = CommandContext["terminal"];

export const runsCommand = defineCommand({
  name: "runs",
  summary: "List, show, compare, delete, send or export recorded runs",
  words: "[RUN...]",
  maxWords: 100,
  examples: [
    "runs",
    "runs 3f2a",
    "runs 3f2a 9c01",
    "runs --delete 3f2a",
    "runs --json",
    "runs --sync",
    "runs --push http://127.0.0.1:5000 3f2a",
    "runs --export mlruns",
  ],
  options: {
    experiment: text("NAME", "Only the runs of this experiment", undefined),
    limit: integer("List at most this many (20)", 20, { low: 1, high: 1_000_000 }),
    delete: flag("Delete the named runs; model versions they made stay"),
    sync: flag("Send MLflow what it does not have yet"),
    push: text("URI", "Send all runs, or the named ones, to this MLflow server", undefined),
    export: text("FOLDER", "Write all runs, or the named ones, as MLflow's mlruns", undefined),
    json: flag("Print one JSON array on stdout"),
    settings: settingsOption,
  },
  async run(flags, words, { terminal, signal }) {
    const settings = await readSettings(flags.settings);
    await using workspace = await openWorkspace(settings);
    const records = await workspace.tracker.listRuns();
    const inScope = records
      .filter(({ experiment }) => flags.experiment === undefined || experiment === flags.experiment)
      .map(runFacts);
    const meant = words.length === 0 ? inScope : words.map((prefix) => findRun(inScope, prefix));
    // Without a choice, versions go with the others whose runs were deleted.
    const isChoice = words.length > 0 || flags.experiment !== undefined;
    const runIds = isChoice ? meant.map(({ runId }) => runId) : undefined;
    switch (actionOf(flags)) {
      case "delete":
        return await deleteRuns(words, meant, workspace, terminal);
      case "sync":
      case "push": {
        const { host } = workspace;
        const sent = await sendToMlflow({
          terminal,
          signal,
          settings,
          host,
          uri: flags.push,
          runIds,
        });
        if (flags.json) terminal.print(JSON.stringify(sent));
        return 0;
      }
      case "export": {
        const { home } = workspace;
        const written = await exportRuns({ terminal, signal, home, to: flags.export!, runIds });
        if (flags.json) terminal.print(JSON.stringify(written));
        return 0;
      }
    }
    const chosen = await withMlflowFacts(
      words.length === 0 ? meant.slice(0, flags.limit) : meant,
      { settings, host: workspace.host },
    );
    if (flags.json) terminal.print(JSON.stringify(chosen));
    else if (words.length === 0) listRuns(chosen, inScope.length, terminal);
    else if (chosen.length === 1) showRun(chosen[0]!, workspace, terminal);
    else compareRuns(chosen, terminal);
    return 0;
  },
});

const ACTIONS = ["delete", "sync", "push", "export"] as const;
type Action = typeof ACTIONS[number];

/** What is to be done beside showing runs. @throws {UsageError} when it is more than one thing. */
function actionOf(flags: Readonly<Record<Action, boolean | string | undefined>>): Action | null {
  const given = ACTIONS.filter((name) => flags[name] !== undefined && flags[name] !== false);
  if (given.length > 1) throw new UsageError(`Give either --${given.join(" or --")}`);
  return given[0] ?? null;
}

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
