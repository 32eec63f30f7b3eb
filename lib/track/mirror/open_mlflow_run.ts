/**
 * The MLflow run that a recorded run is sent to.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import type { StartEvent } from "../journal_event.ts";
import { tagIs } from "../mlflow/filters.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { MlflowRun } from "../mlflow/run.ts";
import { RUN_ID_TAG } from "./mlflow_words.ts";
import type { RunPosition } from "./position_file.ts";
import { originTags, type RunOrigin } from "./run_tags.ts";

/** Which run it may be. */
export interface OpenMlflowRunOptions {
  readonly client: MlflowClient;
  readonly origin: RunOrigin;
  /** One that is there, and somebody else's. @default one of its own, found by its tag or made */
  readonly adoptRunId?: string | undefined;
}

/**
 * Finds, adopts or makes it. Nothing of the journal counts as sent.
 * @throws {DataError} when it is in MLflow's bin, or there is none to adopt.
 */
export async function openMlflowRun(
  start: StartEvent,
  { client, origin, adoptRunId }: OpenMlflowRunOptions,
  options: CallOptions,
): Promise<RunPosition> {
  const run = adoptRunId === undefined
    ? await findOrMake(start, { client, origin }, options)
    : await adopt(start, { client, adoptRunId }, options);
  const { runId, experimentId, artifactUri } = run.info;
  const adopted = adoptRunId !== undefined;
  return { runId, experimentId, artifactUri, adopted, sent: 0, status: "RUNNING", owed: [] };
}

async function findOrMake(
  { id, experiment, name, time, tags }: StartEvent,
  { client, origin }: Pick<OpenMlflowRunOptions, "client" | "origin">,
  options: CallOptions,
): Promise<MlflowRun> {
  const { experimentId } = await client.experiments.ensure(experiment, options);
  const identity = { key: RUN_ID_TAG, value: id };
  const run = { experimentId, runName: name, startTime: time };
  const own = { ...run, tags: originTags({ name, tags }, origin) };
  const made = await client.runs.ensure(own, identity, options);
  return await withoutTwins(made, { client, filter: tagIs(identity) }, options);
}

/** `fetch` itself sends a request again when a kept connection breaks, so there may be two. */
async function withoutTwins(
  made: MlflowRun,
  { client, filter }: { readonly client: MlflowClient; readonly filter: string },
  options: CallOptions,
): Promise<MlflowRun> {
  const { experimentId } = made.info;
  const all = await Array.fromAsync(client.runs.search([experimentId], { filter, ...options }));
  const [kept = made, ...twins] = all.sort((a, b) => a.info.runId < b.info.runId ? -1 : 1);
  for (const { info } of twins) await client.runs.delete(info.runId, options);
  return kept;
}

async function adopt(
  { id }: StartEvent,
  { client, adoptRunId }: { readonly client: MlflowClient; readonly adoptRunId: string },
  options: CallOptions,
): Promise<MlflowRun> {
  const run = await client.runs.get(adoptRunId, options);
  if (run === undefined) {
    throw new DataError(
      `Cannot log into MLflow run ${adoptRunId} as there is none at ${client.url}: check ` +
        "MLFLOW_RUN_ID",
    );
  }
  checkActive(run, { id, server: client.url });
  await client.runs.setTags(adoptRunId, { [RUN_ID_TAG]: id }, options);
  return run;
}

/** @throws {DataError} when it is in MLflow's bin. */
export function checkActive(
  { info: { runId, lifecycleStage } }: MlflowRun,
  { id, server }: { readonly id: string; readonly server: string },
): void {
  if (lifecycleStage === "active") return;
  throw new DataError(
    `Cannot send run ${id} to MLflow at ${server} as its run ${runId} was deleted there: ` +
      "restore it, or leave it so",
  );
}
