/**
 * Sends parts of a journal to one MLflow run. Each call may be repeated.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { DatasetInput, MetricPoint, RunStatus } from "../../pipeline/tracker.ts";
import { tensorDataset } from "../mlflow/dataset.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { RunPart, RunState } from "./event_reader.ts";
import { NOTE_TAG } from "./mlflow_words.ts";
import { checkActive } from "./open_mlflow_run.ts";
import { isRefusal } from "./refusal.ts";
import { runNote } from "./run_note.ts";

/** Where to, and who is told. */
export interface RunSenderOptions {
  readonly client: MlflowClient;
  /** The journal's id of the run. */
  readonly id: string;
  /** Takes one sentence about something that MLflow does not take. */
  readonly notice: (text: string) => void;
}

/** Sends to one server. What MLflow does not take is told, and left out. */
export class RunSender {
  readonly #options: RunSenderOptions;

  constructor(options: RunSenderOptions) {
    this.#options = options;
  }

  /**
   * Logs all at once; where MLflow refuses that, one by one, so that it gets all it takes.
   * @throws {DataError} when the run is in MLflow's bin.
   */
  async log(
    runId: string,
    { metrics, params, tags }: Pick<RunPart, "metrics" | "params" | "tags">,
    options: CallOptions,
  ): Promise<void> {
    const { client: { runs, url }, id } = this.#options;
    const points = metrics.map(toMetric);
    try {
      return await runs.logBatch(runId, { metrics: points, params, tags }, options);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const run = await runs.get(runId, options);
    if (run) checkActive(run, { id, server: url });
    for (const [key, value] of Object.entries(params)) {
      if (run?.params[key] === value) continue;
      await this.#unlessRefused(
        `parameter "${key}"`,
        () => runs.logBatch(runId, { params: { [key]: value } }, options),
      );
    }
    for (const [key, value] of Object.entries(tags)) {
      await this.#unlessRefused(
        `tag "${key}"`,
        () => runs.setTags(runId, { [key]: value }, options),
      );
    }
    for (const [key, ofKey] of Map.groupBy(points, ({ key }) => key)) {
      await this.#unlessRefused(
        `metric "${key}"`,
        () => runs.logBatch(runId, { metrics: ofKey }, options),
      );
    }
  }

  /** Tells what data it read. */
  async logInputs(
    runId: string,
    inputs: readonly DatasetInput[],
    options: CallOptions,
  ): Promise<void> {
    if (inputs.length === 0) return;
    const datasets = inputs.map((input) => ({
      dataset: tensorDataset(input),
      tags: { "mlflow.data.context": input.context },
    }));
    const { runs } = this.#options.client;
    await this.#unlessRefused("a dataset", () => runs.logInputs(runId, { datasets }, options));
  }

  /**
   * Stores what was attached under a name.
   * @throws {UsageError} when nothing here reaches the place of the run's files.
   */
  async upload(root: string, name: string, files: Files, options: CallOptions): Promise<void> {
    for (const [file, bytes] of Object.entries(files)) {
      const path = file === "" ? name : `${name}/${file}`;
      await this.#unlessRefused(
        `the file "${path}"`,
        () => this.#options.client.artifacts.upload(root, path, bytes.slice(), options),
      );
    }
  }

  /** Tells that it ended, or goes on, and what it came to. */
  async tellStatus(
    runId: string,
    status: RunStatus,
    state: RunState,
    options: CallOptions,
  ): Promise<void> {
    const { runs } = this.#options.client;
    if (!state.hasNote) {
      await runs.setTags(runId, { [NOTE_TAG]: runNote(state, status) }, options);
    }
    const ended = status === "RUNNING" ? {} : { endTime: state.time };
    await runs.update(runId, { status, ...ended }, options);
  }

  async #unlessRefused(what: string, send: () => Promise<unknown>): Promise<void> {
    const { client, id, notice } = this.#options;
    try {
      await send();
    } catch (error) {
      if (!isRefusal(error) && !(error instanceof TypeError)) throw error; // TypeError: a bad name
      notice(`MLflow at ${client.url} does not take ${what} of run ${id}: ${messageOf(error)}`);
    }
  }
}

function toMetric({ name, value, step, time }: MetricPoint) {
  return { key: name, value, step, timestamp: time };
}
