/**
 * `deno task sweep` on this machine.
 *
 * @module
 */
import { sweepPipeline } from "../../lib/steps/sweep_pipeline.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { chooseSource } from "./choose_source.ts";
import type { CommandContext } from "./command.ts";
import { readSettings } from "./environment.ts";
import { missedGate, summaryLines } from "./pipeline_summary.ts";
import { runHere } from "./run_here.ts";
import { type SweepFlags, sweepParams } from "./sweep_options.ts";
import { sweepTable, trialsHere } from "./sweep_table.ts";
import { noticeOn } from "./terminal.ts";
import { openWorkspace } from "./workspace.ts";

/** Runs the sweep; gives the exit code. */
export async function sweepHere(flags: SweepFlags, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const settings = await readSettings(flags.settings);
  const {
    parallel,
    threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / parallel)),
  } = flags;
  await using workspace = await openWorkspace(settings, {
    threads,
    servers: true,
    notice: noticeOn(terminal),
    signal,
  });
  await using _lock = await lockHome(workspace.home, workspace.host);
  const mirrors = settings.mnistMirrors ?? [];
  const source = await chooseSource(flags.data, mirrors, workspace, context);
  const params = sweepParams(flags, source, mirrors);
  const { length } = params.grid;
  terminal.say(`Training with ${length} settings, ${parallel} at a time, in ${workspace.home}`);
  for (const place of workspace.places) terminal.say(place);
  const { summary, result } = await runHere(sweepPipeline, params, {
    name: `sweep-of-${length}`,
    experiment: flags.experiment,
    engine: flags.engine,
    useCache: !flags["no-cache"],
    concurrency: parallel,
    workspace,
    context,
  });
  const trials = trialsHere(params.grid, result);
  if (flags.json) terminal.print(JSON.stringify({ ...summary, trials }));
  terminal.say("");
  for (const line of sweepTable(trials)) terminal.say(line);
  for (const line of summaryLines(summary, terminal)) terminal.say(line);
  const page = await workspace.pageOf(summary.runId);
  if (page !== null) terminal.say(`MLflow   ${page}`);
  return summary.error !== null || missedGate(summary) ? 1 : 0;
}
