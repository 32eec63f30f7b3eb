/**
 * `deno task pipeline`: acquire, preprocess, train, evaluate, register, serve.
 *
 * @module
 */
import process from "node:process";
import { hashHex } from "../../lib/base/bytes.ts";
import { messageOf } from "../../lib/base/errors.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import { type RunResult, StepError } from "../../lib/pipeline/run_event.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { resolveSource } from "../../lib/steps/dataset_source.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { lockHome } from "../../lib/track/home_lock.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings } from "../cli/environment.ts";
import { type PipelineFlags, pipelineOptions, pipelineParams } from "../cli/pipeline_options.ts";
import {
  missedGate,
  type PipelineSummary,
  runNote,
  summarize,
  summaryLines,
} from "../cli/pipeline_summary.ts";
import { recordEnvironment, resultEnvironment, shownParams } from "../cli/run_environment.ts";
import { recordCachedSteps } from "../cli/run_outcome.ts";
import { RunView } from "../cli/run_view.ts";
import { sampleSystem } from "../cli/system_metrics.ts";
import { noticeOn } from "../cli/terminal.ts";
import { writeReport } from "../cli/write_report.ts";
import { openWorkspace, type Workspace } from "../cli/workspace.ts";

export const pipelineCommand = defineCommand({
  name: "pipeline",
  summary: "Train, judge and serve a digit recognizer",
  words: "",
  maxWords: 0,
  examples: [
    "pipeline",
    "pipeline --data ../mnist --epochs 5 --optimizer adam --experiment my-experiment",
    "pipeline --data synthetic --json",
  ],
  options: pipelineOptions,
  async run(flags, _words, context) {
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
    const summary = await runPipeline(flags, settings.mnistMirrors ?? [], workspace, context);
    if (flags.json) context.terminal.print(JSON.stringify(summary));
    for (const line of summaryLines(summary, context.terminal)) context.terminal.say(line);
    const page = await workspace.pageOf(summary.runId);
    if (page !== null) context.terminal.say(`MLflow   ${page}`);
    return summary.error !== null || missedGate(summary) ? 1 : 0;
  },
});

async function runPipeline(
  flags: PipelineFlags,
  mirrors: readonly string[],
  workspace: Workspace,
  { terminal, signal }: CommandContext,
): Promise<PipelineSummary> {
  const { host, tracker, store, checkpoints, cache } = workspace;
  const startedAt = host.now();
  const view = new RunView(terminal, host);
  const source = await chooseSource(flags.data, mirrors, workspace, { terminal, signal });
  const params = pipelineParams(flags, source, mirrors);
  const engine = await loadEngine(flags.engine, { threads: host.cores });
  const environment = await resultEnvironment(engine);
  await using run = await tracker.start({
    experiment: flags.experiment,
    name: `${flags.optimizer}-${flags.epochs}-epochs`,
    params: shownParams(params),
    tags: environment,
    resumeKey: hashHex(JSON.stringify([params, environment])),
  });
  if (run.resumed) terminal.say(`Going on with run ${run.id}, which was interrupted`);
  await recordEnvironment(run, environment);
  let result: RunResult;
  let error: string | null = null;
  try {
    await using _sampler = await sampleSystem(run, { host, reader: tracker });
    result = await runLocal(digitsPipeline, params, {
      store,
      checkpoints,
      run,
      host,
      environment,
      signal,
      onEvent: (event) => view.show(event),
      ...(!flags["no-cache"] && { cache }),
    });
  } catch (failure) {
    view.clear();
    if (signal.aborted) terminal.say("Nothing is lost: the same command goes on from here");
    if (!(failure instanceof StepError)) throw failure;
    ({ result } = failure);
    error = messageOf(failure);
  }
  return await finish(run, result, error, { workspace, startedAt });
}

/** What `--data` stands for: a slip is told, and `auto` decided, before anything is recorded. */
async function chooseSource(
  data: string,
  mnistMirrors: readonly string[],
  { host }: Workspace,
  { terminal, signal }: CommandContext,
): Promise<string> {
  const notice = noticeOn(terminal);
  const source = await resolveSource(data, { host, signal, mnistMirrors, notice });
  if (data !== "auto") return data;
  return source.kind === "published" ? source.dataset.name : source.kind;
}

/** Completes the record and the report, whatever the run came to. */
async function finish(
  run: Run,
  result: RunResult,
  error: string | null,
  { workspace, startedAt }: { readonly workspace: Workspace; readonly startedAt: number },
): Promise<PipelineSummary> {
  const { host, tracker } = workspace;
  await recordCachedSteps(run, result);
  const { dataset } = result.tasks["acquire"] ?? {};
  if (typeof dataset === "string") await run.tag({ dataset });
  await run.tag({ "mlflow.note.content": runNote(result, error) }); // MLflow's page begins with it
  const report = await writeReport(run, result, workspace);
  await run.end(error === null ? "FINISHED" : "FAILED", error ?? undefined);
  return summarize({
    record: await tracker.readRun(run.id),
    result,
    report,
    modelUri: await modelUri(result, workspace),
    seconds: (host.now() - startedAt) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    error,
  });
}

async function modelUri(result: RunResult, { tracker }: Workspace): Promise<string | null> {
  const { name, version } = result.tasks["register"] ?? {};
  if (typeof name !== "string") return null;
  const versions = await tracker.registry.versions(name);
  return versions.find((other) => other.version === version)?.uri ?? null;
}
