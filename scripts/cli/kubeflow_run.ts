/**
 * A run of one of the digits' pipelines on Kubeflow: started, watched and summed up.
 *
 * @module
 */
import { messageOf } from "../../lib/base/errors.ts";
import { followRun } from "../../lib/deploy/kubeflow/follow_run.ts";
import type { KubeflowClient } from "../../lib/deploy/kubeflow/kubeflow_client.ts";
import { KubeflowError } from "../../lib/deploy/kubeflow/kubeflow_error.ts";
import type { TaskExecution } from "../../lib/deploy/kubeflow/metadata_store.ts";
import type { KubeflowRun } from "../../lib/deploy/kubeflow/run.ts";
import { stepNames } from "../../lib/deploy/kubeflow/step_names.ts";
import type { CompiledPipeline } from "../../lib/pipeline/ir/ir.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import type { CommandContext } from "./command.ts";
import { type KubeflowSummary, summarizeKubeflow } from "./kubeflow_outcome.ts";
import { KubeflowView } from "./kubeflow_view.ts";
import { noticeOn } from "./terminal.ts";

/** What is started where. */
export interface KubeflowRunOptions {
  readonly client: KubeflowClient;
  readonly context: CommandContext;
  /** Of the run; a few letters are added to it. */
  readonly name: string;
  /** That the run belongs to, made when missing. */
  readonly experiment: string;
  /** In place of the compiled defaults. */
  readonly params: Readonly<Record<string, JsonValue>>;
  /** Where artifacts go. */
  readonly pipelineRoot: string | undefined;
  /** The account of the pods. */
  readonly serviceAccount: string | undefined;
}

/** Starts a run and watches it to its end; that it failed is told in the summary. */
export async function runOnKubeflow(
  compiled: CompiledPipeline,
  options: KubeflowRunOptions,
): Promise<KubeflowSummary> {
  const { client, context, name, experiment, params, pipelineRoot, serviceAccount } = options;
  const { signal } = context;
  const { experimentId } = await client.experiments.ensure(experiment, { signal });
  const suffix = client.host.randomSeed().toString(16).padStart(8, "0");
  // The name tells this run from all others: it is started once, however answers get lost.
  const displayName = `${name}-${suffix}`;
  let runId: string;
  try {
    const parameters = params;
    const config = { experimentId, displayName, parameters, pipelineRoot, serviceAccount };
    ({ runId } = await client.runs.ensure({ pipeline: compiled, ...config }, { signal }));
  } catch (error) {
    if (signal.aborted || error instanceof KubeflowError && error.code === "NO_ANSWER") {
      context.terminal.say(
        `The run may have begun nevertheless: look for ${displayName} at ${client.url}/#/runs`,
      );
    }
    throw error;
  }
  return await watchOnKubeflow(runId, { ...options, steps: stepNames(compiled.spec) });
}

/** Watches a run to its end; that it failed is told in the summary. */
export async function watchOnKubeflow(
  runId: string,
  { client, context, experiment, params, steps }:
    & Pick<KubeflowRunOptions, "client" | "context" | "experiment" | "params">
    & {
      /** What its steps are called. */
      readonly steps: readonly string[];
    },
): Promise<KubeflowSummary> {
  const { terminal, signal } = context;
  terminal.say(`run      ${client.runLink(runId)}`);
  const view = new KubeflowView(terminal, client, runId);
  let run: KubeflowRun;
  try {
    run = await lastOf(runId, { client, steps, view, signal });
  } catch (error) {
    view.clear();
    if (signal.aborted || !(error instanceof KubeflowError && error.code === "NOT_FOUND")) {
      // Whoever stops watching has not stopped the run: others may wait for it.
      terminal.say(
        `The run goes on: deno task pipeline --follow ${runId} watches it again, ` +
          `--terminate ${runId} ends it`,
      );
    }
    throw error;
  }
  return summarizeKubeflow({
    run,
    link: client.runLink(runId),
    experiment,
    params: { ...params, ...run.parameters },
    executions: await executionsOf(runId, client, context),
    reports: view.reports,
  });
}

async function lastOf(
  runId: string,
  { client, steps, view, signal }: {
    readonly client: KubeflowClient;
    readonly steps: readonly string[];
    readonly view: KubeflowView;
    readonly signal: AbortSignal;
  },
): Promise<KubeflowRun> {
  for await (const moment of followRun(client, runId, { steps, signal })) {
    await view.show(moment, signal);
    if (moment.type === "end") return moment.run;
  }
  throw new Error(`Cannot follow run ${runId}: it has no end`);
}

/** What the steps gave; nothing, with a word about it, where that can't be read. */
async function executionsOf(
  runId: string,
  client: KubeflowClient,
  { terminal, signal }: CommandContext,
): Promise<readonly TaskExecution[]> {
  try {
    return await client.metadata.executions(runId, { signal });
  } catch (error) {
    if (!(error instanceof KubeflowError)) throw error;
    noticeOn(terminal)(`${messageOf(error)}; the run's page shows what its steps gave`);
    return [];
  }
}
