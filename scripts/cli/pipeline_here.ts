/**
 * `deno task pipeline` on this machine.
 *
 * @module
 */
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { chooseSource } from "./choose_source.ts";
import type { CommandContext } from "./command.ts";
import { readSettings } from "./environment.ts";
import { type PipelineFlags, pipelineParams } from "./pipeline_options.ts";
import { missedGate, summaryLines } from "./pipeline_summary.ts";
import { runHere } from "./run_here.ts";
import { noticeOn } from "./terminal.ts";
import { openWorkspace } from "./workspace.ts";

/** Runs the digits' pipeline; gives the exit code. */
export async function pipelineHere(flags: PipelineFlags, context: CommandContext): Promise<number> {
  const settings = await readSettings(flags.settings);
  await using workspace = await openWorkspace(settings, {
    threads: flags.threads,
    servers: true,
    notice: noticeOn(context.terminal),
    signal: context.signal,
  });
  await using _lock = await lockHome(workspace.home, workspace.host);
  context.terminal.say(`Running locally, in ${workspace.home}`);
  for (const place of workspace.places) context.terminal.say(place);
  const mirrors = settings.mnistMirrors ?? [];
  const source = await chooseSource(flags.data, mirrors, workspace, context);
  const { summary } = await runHere(digitsPipeline, pipelineParams(flags, source, mirrors), {
    name: `${flags.optimizer}-${flags.epochs}-epochs`,
    experiment: flags.experiment,
    engine: flags.engine,
    useCache: !flags["no-cache"],
    workspace,
    context,
  });
  if (flags.json) context.terminal.print(JSON.stringify(summary));
  for (const line of summaryLines(summary, context.terminal)) context.terminal.say(line);
  const page = await workspace.pageOf(summary.runId);
  if (page !== null) context.terminal.say(`MLflow   ${page}`);
  return summary.error !== null || missedGate(summary) ? 1 : 0;
}
