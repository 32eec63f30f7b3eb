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
import type { IdentityTag } from "../mlflow/find_or_create.ts";
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
  /**
   * The tag of a run that several programs log into, such as the pods of one pipeline: whoever is
   * first makes it, and nobody here ends it. @default a run of its own
   */
  readonly share?: IdentityTag | undefined;
}

/**
 * Finds, adopts or makes it. Nothing of the journal counts as sent.
 * @throws {DataError} when it is in MLflow's bin, or there is none to adopt.
 */
export async function openMlflowRun(
  start: StartEvent,
  { client, origin, adoptRunId, share }: OpenMlflowRunOptions,
  options: CallOptions,
): Promise<RunPosition> {
  const run = adoptRunId !== undefined
    ? await adopt(start, { client, adoptRunId }, options)
    : share !== undefined
    ? await findOrShare(start, { client, origin, share }, options)
    : await findOrMake(start, { client, origin }, options);
  const { runId, experimentId, artifactUri } = run.info;
  const adopted = adoptRunId !== undefined || share !== undefined;
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

/** Two may be made at the same moment: who made the later one takes it away and joins the other. */
async function findOrShare(
  { experiment, name, time, tags }: StartEvent,
  { client, origin, share }: {
    readonly client: MlflowClient;
    readonly origin: RunOrigin;
    readonly share: IdentityTag;
  },
  options: CallOptions,
): Promise<MlflowRun> {
  const { experimentId } = await client.experiments.ensure(experiment, options);
  const search = { filter: tagIs(share), orderBy: ["attributes.start_time ASC"], ...options };
  const all = () => Array.fromAsync(client.runs.search([experimentId], search));
  const [found] = oldestFirst(await all());
  if (found) return found;
  const own = { experimentId, runName: name, startTime: time };
  const made = await client.runs.ensure(
    { ...own, tags: originTags({ name, tags }, origin) },
    share,
    options,
  );
  const [kept = made] = oldestFirst(await all());
  if (kept.info.runId !== made.info.runId) await client.runs.delete(made.info.runId, options);
  return kept;
}

function oldestFirst(runs: readonly MlflowRun[]): readonly MlflowRun[] {
  return runs.toSorted((a, b) =>
    (a.info.startTime ?? 0) - (b.info.startTime ?? 0) || (a.info.runId < b.info.runId ? -1 : 1)
  );
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
