/**
 * What a run on Kubeflow came to, in the terms of a run on this machine.
 *
 * @module
 */
import process from "node:process";
import type { TaskExecution } from "../../lib/deploy/kubeflow/metadata_store.ts";
import type { KubeflowRun } from "../../lib/deploy/kubeflow/run.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import type { StepReport } from "../../lib/pipeline/tracker.ts";
import { kubeflowTrials } from "./kubeflow_trials.ts";
import { type PipelineSummary, summarize } from "./pipeline_summary.ts";
import type { SweepTrial } from "./sweep_table.ts";

/** What `--json` prints of it. */
export interface KubeflowSummary extends PipelineSummary {
  /** The page that shows the run. */
  readonly link: string;
  /** The trainings of a sweep. */
  readonly trials?: readonly SweepTrial[];
}

/** Gathers it; what steps gave is null where Kubeflow does not tell. */
export function summarizeKubeflow(input: {
  readonly run: KubeflowRun;
  readonly link: string;
  readonly experiment: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly executions: readonly TaskExecution[];
  readonly reports: readonly StepReport[];
}): KubeflowSummary {
  const { run, link, experiment, params, executions, reports } = input;
  const error = errorOf(run, reports);
  const tasks = Object.fromEntries(
    executions.flatMap(({ task, outputs }) =>
      Object.keys(outputs).length === 0 ? [] : [[task, outputs]]
    ),
  );
  const { name, version } = tasks["register"] ?? {};
  const startedAt = run.createdAt ?? 0;
  const endedAt = run.finishedAt ?? startedAt;
  const summary = summarize({
    record: {
      id: run.runId,
      experiment,
      name: run.displayName,
      status: error === null ? "FINISHED" : "FAILED",
      startedAt,
      endedAt,
      params,
      tags: {},
      metrics: [],
      steps: reports,
      attachments: [],
      inputs: [],
      modelVersions: [],
      error,
    },
    result: { outputs: {}, tasks, steps: reports },
    report: null, // it is on the run's page
    modelUri: name === undefined ? null : `models:/${name}/${version}`,
    seconds: (endedAt - startedAt) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    error,
  });
  const trials = kubeflowTrials(params, executions);
  return { ...summary, link, ...(trials && { trials }) };
}

/** Why it did not succeed, in one sentence; null where it did. */
function errorOf({ state, error }: KubeflowRun, reports: readonly StepReport[]): string | null {
  if (state === "SUCCEEDED" || state === "SKIPPED") return null;
  const failed = reports.find((report) => report.state === "failed" && report.error !== "stopped");
  if (failed) return `${failed.error} (in step "${failed.name}")`;
  if (error !== null) return error.split("\n", 1)[0]!;
  return state === "CANCELED" || reports.some((report) => report.error === "stopped")
    ? "The run was terminated"
    : "The run failed before any of its steps did: its page says more";
}
