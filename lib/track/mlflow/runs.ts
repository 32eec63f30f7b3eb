/**
 * The runs of a server.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { toKeyValues } from "./answer_schemas.ts";
import { type DatasetUse, encodeDatasetUse } from "./dataset.ts";
import type { LifecycleView } from "./experiment.ts";
import type { SearchOptions } from "./experiments.ts";
import { tagIs } from "./filters.ts";
import { findOrCreate, type IdentityTag } from "./find_or_create.ts";
import { type LoggedMetric, metricSchema } from "./metric.ts";
import { unlessMissing } from "./mlflow_error.ts";
import { firstOf, readPages } from "../../base/pages.ts";
import {
  type MlflowRun,
  type MlflowRunStatus,
  type ModelOutput,
  type RunInfo,
  runInfoSchema,
  runSchema,
} from "./run.ts";
import { type Batch, splitBatch } from "./split_batch.ts";
import { splitLanes } from "./split_lanes.ts";
import type { CallOptions } from "./mlflow_http.ts";
import type { RestApi } from "./rest_api.ts";

/** What a run starts with. */
export interface NewRun {
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** For people. @default the server makes one up */
  readonly runName?: string;
  /** Milliseconds since 1970. @default now */
  readonly startTime?: number;
  /** What else is to be known of it. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What changes of a run. */
export interface RunUpdate {
  /** How far it is. */
  readonly status?: MlflowRunStatus;
  /** Milliseconds since 1970. */
  readonly endTime?: number;
  /** For people. */
  readonly runName?: string;
}

/** How a batch is sent. */
export interface LogBatchOptions extends CallOptions {
  /** Calls at the same time, where one is not enough; MLflow has four workers unless told. @default {4} */
  readonly concurrency?: number;
}

const HISTORY_PAGE = 25_000; // the most that MLflow gives at once

const OneRun = v.object({ run: runSchema });
const SomeRuns = v.object({ runs: listSchema(runSchema), next_page_token: pageTokenSchema });
const SomeMetrics = v.object({
  metrics: listSchema(metricSchema),
  next_page_token: pageTokenSchema,
});

/** The runs of a server. */
export class Runs {
  readonly #api: RestApi;

  /** Asks nothing yet. */
  constructor(api: RestApi) {
    this.#api = api;
  }

  /**
   * Starts a run. An answer that gets lost may leave one behind that nobody knows of:
   * {@linkcode ensure} finds it again.
   */
  async create(run: NewRun, options: CallOptions = {}): Promise<MlflowRun> {
    const { experimentId, runName, startTime = this.#api.http.retry.host.now(), tags } = run;
    const answer = await this.#api.send("runs/create", {
      experiment_id: experimentId,
      run_name: runName,
      start_time: startTime,
      tags: toKeyValues(tags),
    }, { ...options, answer: OneRun, repeatable: false });
    return answer.run;
  }

  /**
   * The run of that experiment which has the tag, or else a new one that gets it. Runs in
   * the bin don't count.
   */
  async ensure(run: NewRun, tag: IdentityTag, options: CallOptions = {}): Promise<MlflowRun> {
    const { experimentId, tags } = run;
    const filter = tagIs(tag);
    return await findOrCreate(this.#api, {
      find: async () => {
        const found = await firstOf(
          this.search([experimentId], { filter, pageSize: 1, ...options }),
        );
        return found && await this.get(found.info.runId, options); // a search leaves things out
      },
      create: () => this.create({ ...run, tags: { ...tags, [tag.key]: tag.value } }, options),
      signal: options.signal,
    });
  }

  /** Also one in the bin; `undefined` when there is none. */
  async get(runId: string, options?: CallOptions): Promise<MlflowRun | undefined> {
    const asked = this.#api.get("runs/get", { run_id: runId }, OneRun, options);
    return (await unlessMissing(asked))?.run;
  }

  /** Ends it, or gives it another name. */
  async update(runId: string, update: RunUpdate, options: CallOptions = {}): Promise<RunInfo> {
    const { status, endTime, runName } = update;
    const body = { run_id: runId, status, end_time: endTime, run_name: runName };
    const answer = await this.#api.send("runs/update", body, {
      ...options,
      answer: v.object({ run_info: runInfoSchema }),
    });
    return answer.run_info;
  }

  /** Moves it to the bin. */
  async delete(runId: string, options?: CallOptions): Promise<void> {
    await this.#api.send("runs/delete", { run_id: runId }, options);
  }

  /** Takes it out of the bin. */
  async restore(runId: string, options?: CallOptions): Promise<void> {
    await this.#api.send("runs/restore", { run_id: runId }, options);
  }

  /** All runs of these experiments that fit, newest first unless told. */
  search(
    experimentIds: readonly string[],
    options: SearchOptions & { readonly view?: LifecycleView } = {},
  ): AsyncIterable<MlflowRun> {
    const { filter, orderBy, view = "ACTIVE_ONLY", pageSize = 1000, signal } = options;
    const query = {
      experiment_ids: experimentIds,
      filter,
      order_by: orderBy,
      run_view_type: view,
      max_results: pageSize,
    };
    return readPages(async (token) => {
      const page = await this.#api.send("runs/search", { ...query, page_token: token }, {
        answer: SomeRuns,
        signal,
      });
      return { items: page.runs, next: page.next_page_token };
    });
  }

  /** Gives it tags, or tags other values. Longer ones than 8000 characters are cut and say so. */
  async setTags(
    runId: string,
    tags: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<void> {
    await this.logBatch(runId, { tags }, options);
  }

  /** Takes a tag away. */
  async deleteTag(runId: string, key: string, options?: CallOptions): Promise<void> {
    await unlessMissing(this.#api.send("runs/delete-tag", { run_id: runId, key }, options));
  }

  /**
   * Logs any number of metrics, params and tags, in as many calls as MLflow's limits ask for. The
   * points of one name go one after another. Params longer than 6000 characters and tags longer
   * than 8000 are cut and say so. Where it rejects, a part may have been logged; a server with a
   * database keeps a point that is sent again once.
   *
   * @throws {MlflowError} `INVALID_PARAMETER_VALUE` when a param was logged with another value.
   */
  async logBatch(runId: string, batch: Batch, options: LogBatchOptions = {}): Promise<void> {
    const { concurrency = 4, signal } = options;
    const broken = new AbortController(); // by one lane: the others need not go on then
    const lanes = splitLanes(batch, concurrency).map(async (lane) => {
      for (const body of splitBatch(lane)) {
        const anyOf = AbortSignal.any([broken.signal, ...(signal ? [signal] : [])]);
        await this.#api.send("runs/log-batch", { run_id: runId, ...body }, { signal: anyOf });
      }
    });
    await Promise.allSettled(lanes.map((lane) => lane.catch((error) => broken.abort(error))));
    broken.signal.throwIfAborted();
  }

  /** Tells what data and which logged models it reads; the same again changes nothing. */
  async logInputs(
    runId: string,
    inputs: { readonly datasets?: readonly DatasetUse[]; readonly models?: readonly string[] },
    options?: CallOptions,
  ): Promise<void> {
    const { datasets = [], models = [] } = inputs;
    await this.#api.send("runs/log-inputs", {
      run_id: runId,
      datasets: datasets.map(encodeDatasetUse),
      models: models.map((modelId) => ({ model_id: modelId })),
    }, options);
  }

  /** Tells which logged models it made. */
  async logOutputs(
    runId: string,
    outputs: { readonly models: readonly ModelOutput[] },
    options?: CallOptions,
  ): Promise<void> {
    await this.#api.send("runs/outputs", {
      run_id: runId,
      models: outputs.models.map(({ modelId, step }) => ({ model_id: modelId, step })),
    }, options);
  }

  /**
   * Tells that a run's artifacts hold a model: MLflow 2's way, where there are no logged models.
   *
   * @param mlmodel the JSON text of its `MLmodel`
   */
  async logModel(runId: string, mlmodel: string, options: CallOptions = {}): Promise<void> {
    const body = { run_id: runId, model_json: mlmodel };
    await this.#api.send("runs/log-model", body, { ...options, repeatable: false });
  }

  /** Every point of one metric, in the server's order. */
  metricHistory(
    runId: string,
    key: string,
    { signal }: CallOptions = {},
  ): AsyncIterable<LoggedMetric> {
    return readPages(async (token) => {
      const query = {
        run_id: runId,
        metric_key: key,
        max_results: String(HISTORY_PAGE),
        page_token: token,
      };
      const page = await this.#api.get("metrics/get-history", query, SomeMetrics, { signal });
      return { items: page.metrics, next: page.next_page_token };
    });
  }
}
