/**
 * A run of one of the digits' pipelines on this machine: watched, recorded and reported.
 *
 * @module
 */
import process from "node:process";
import { hashHex } from "../../lib/base/bytes.ts";
import { messageOf } from "../../lib/base/errors.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import type { Pipeline } from "../../lib/pipeline/pipeline.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import { type RunResult, StepError } from "../../lib/pipeline/run_event.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import type { CommandContext } from "./command.ts";
import { type PipelineSummary, runNote, summarize } from "./pipeline_summary.ts";
import { recordEnvironment, resultEnvironment, shownParams } from "./run_environment.ts";
import { recordCachedSteps } from "./run_outcome.ts";
import { RunView } from "./run_view.ts";
import { sampleSystem } from "./system_metrics.ts";
import type { Workspace } from "./workspace.ts";
import { writeReport } from "./write_report.ts";

/** How a pipeline is run. */
export interface RunHereOptions {
  /** Of the run. */
  readonly name: string;
  /** That the run belongs to. */
  readonly experiment: string;
  /** `auto`, `onnx` or `onnx-wasm`. */
  readonly engine: string;
  /** Whether results of earlier runs may be taken. */
  readonly useCache: boolean;
  /** How many steps may run at the same time. @default all cores */
  readonly concurrency?: number;
  readonly workspace: Workspace;
  readonly context: CommandContext;
}

/** What a run came to. */
export interface RunHere {
  readonly summary: PipelineSummary;
  readonly result: RunResult;
}

/** Runs it to its end; a failed step is told in the summary. */
export async function runHere(
  pipeline: Pipeline,
  params: Readonly<Record<string, JsonValue>>,
  options: RunHereOptions,
): Promise<RunHere> {
  const { workspace, context: { terminal, signal }, useCache, concurrency } = options;
  const { host, tracker, store, checkpoints, cache } = workspace;
  const startedAt = host.now();
  const view = new RunView(terminal, host);
  const engine = await loadEngine(options.engine, { threads: host.cores });
  const environment = await resultEnvironment(engine);
  await using run = await tracker.start({
    experiment: options.experiment,
    name: options.name,
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
    result = await runLocal(pipeline, params, {
      store,
      checkpoints,
      run,
      host,
      environment,
      signal,
      onEvent: (event) => view.show(event),
      ...(useCache && { cache }),
      ...(concurrency !== undefined && { concurrency }),
    });
  } catch (failure) {
    view.clear();
    if (signal.aborted) terminal.say("Nothing is lost: the same command goes on from here");
    if (!(failure instanceof StepError)) throw failure;
    ({ result } = failure);
    error = messageOf(failure);
  }
  const report = await completeRecord(run, result, { pipeline, error, workspace });
  const summary = summarize({
    record: await tracker.readRun(run.id),
    result,
    report,
    modelUri: await modelUri(result, workspace),
    seconds: (host.now() - startedAt) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    error,
  });
  return { summary, result };
}

/** Completes the record and the report, whatever the run came to. */
async function completeRecord(
  run: Run,
  result: RunResult,
  { pipeline, error, workspace }: {
    readonly pipeline: Pipeline;
    readonly error: string | null;
    readonly workspace: Workspace;
  },
): Promise<string | null> {
  await recordCachedSteps(run, result);
  const { dataset } = result.tasks["acquire"] ?? {};
  if (typeof dataset === "string") await run.tag({ dataset });
  await run.tag({ "mlflow.note.content": runNote(result, error) }); // MLflow's page begins with it
  const report = await writeReport(run, result, { pipeline, workspace });
  await run.end(error === null ? "FINISHED" : "FAILED", error ?? undefined);
  return report;
}

async function modelUri(result: RunResult, { tracker }: Workspace): Promise<string | null> {
  const { name, version } = result.tasks["register"] ?? {};
  if (typeof name !== "string") return null;
  const versions = await tracker.registry.versions(name);
  return versions.find((other) => other.version === version)?.uri ?? null;
}
