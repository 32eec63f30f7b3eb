/**
 * Recorded runs as MLflow's file store has them.
 *
 * @module
 */
import { encodeJson } from "../../base/bytes.ts";
import { DataError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { DatasetInput, MetricPoint, RunRecord } from "../../pipeline/tracker.ts";
import { EventReader, STEPS_FILE } from "../mirror/event_reader.ts";
import { NOTE_TAG, RUN_ID_TAG } from "../mirror/mlflow_words.ts";
import { runNote } from "../mirror/run_note.ts";
import { originTags, type RunOrigin } from "../mirror/run_tags.ts";
import { tensorDataset } from "../mlflow/dataset.ts";
import type { RunFolders } from "../run_folders.ts";
import { foldRun } from "../run_record.ts";
import { experimentIdOf, idOf, type MlrunsFolder } from "./mlruns_folder.ts";

/** How MLflow's file store writes how a run ended. */
const STATUS = { RUNNING: 1, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;
const LOCAL_SOURCE = 4;
/** Without them MLflow takes a folder for none of a run. */
const RUN_FOLDERS = ["tags", "params", "metrics", "artifacts"];

/** Writes runs, and the experiments that they belong to. */
export class RunExporter {
  readonly #store: MlrunsFolder;
  readonly #runs: RunFolders;
  readonly #origin: RunOrigin;
  /** Ids of those that are written. */
  readonly #experiments = new Set<string>();

  constructor(
    store: MlrunsFolder,
    { runs, origin }: { readonly runs: RunFolders; readonly origin: RunOrigin },
  ) {
    this.#store = store;
    this.#runs = runs;
    this.#origin = origin;
  }

  /**
   * Writes a run.
   * @returns its folder; `undefined` when there is no such run.
   */
  async write(id: string): Promise<string | undefined> {
    const alive = await this.#runs.isOpen(id); // before reading: it may end meanwhile
    const events = await this.#runs.events(id);
    const record = foldRun(events, { alive, modelVersions: [] });
    if (record === undefined) return undefined;
    const reader = new EventReader();
    const { metrics, params, tags, files } = reader.read(events);
    const { state } = reader;
    const experimentId = await this.writeExperiment(record.experiment, record.startedAt);
    const folder = `${experimentId}/${id}`;
    const store = this.#store;
    await store.writeMeta(folder, {
      artifact_uri: store.uri(`${folder}/artifacts`),
      end_time: record.status === "RUNNING" ? null : state.time,
      entry_point_name: "",
      experiment_id: experimentId,
      lifecycle_stage: "active",
      run_id: id,
      run_name: record.name,
      source_name: "",
      source_type: LOCAL_SOURCE,
      source_version: "",
      start_time: record.startedAt,
      status: STATUS[record.status],
      tags: [],
      user_id: this.#origin.user,
    });
    for (const name of RUN_FOLDERS) await store.make(`${folder}/${name}`);
    const allTags = {
      [RUN_ID_TAG]: id,
      ...originTags(state.start!, this.#origin),
      [NOTE_TAG]: runNote(state, record.status),
      ...tags,
    };
    await store.writeEntries(`${folder}/tags`, Object.entries(allTags));
    await store.writeEntries(`${folder}/params`, Object.entries(params));
    await store.writeEntries(`${folder}/metrics`, metricFiles(metrics));
    for (const input of record.inputs) await this.#writeInput(folder, input);
    for (const name of files) {
      await store.writeFiles(`${folder}/artifacts`, name, await this.#filesOf(record, name));
    }
    return folder;
  }

  /** Each once. @returns its folder, which is its id. */
  async writeExperiment(name: string, time: number): Promise<string> {
    const id = experimentIdOf(name);
    if (this.#experiments.has(id)) return id;
    this.#experiments.add(id);
    await this.#store.writeMeta(id, {
      artifact_location: this.#store.uri(id),
      creation_time: time,
      experiment_id: id,
      last_update_time: time,
      lifecycle_stage: "active",
      name,
    });
    return id;
  }

  /** None when they were deleted. */
  async #filesOf(record: RunRecord, name: string): Promise<Files> {
    if (name === STEPS_FILE && !record.attachments.includes(STEPS_FILE)) {
      return { "": encodeJson(record.steps) };
    }
    try {
      return await this.#runs.attachment(record.id, name);
    } catch (error) {
      if (error instanceof DataError) return {};
      throw error;
    }
  }

  async #writeInput(folder: string, input: DatasetInput): Promise<void> {
    const { sourceType, ...dataset } = tensorDataset(input);
    const datasetId = idOf(input.name, input.digest);
    const [experimentId, runId] = folder.split("/");
    await this.#store.writeMeta(`${experimentId}/datasets/${datasetId}`, {
      ...dataset,
      source_type: sourceType,
    });
    await this.#store.writeMeta(`${folder}/inputs/${idOf(runId!, datasetId)}`, {
      source_type: "DATASET",
      source_id: datasetId,
      destination_type: "RUN",
      destination_id: runId,
      tags: { "mlflow.data.context": input.context },
    });
  }
}

/** A line for each point. */
function metricFiles(metrics: readonly MetricPoint[]): (readonly [string, string])[] {
  return [...Map.groupBy(metrics, ({ name }) => name)].map(([name, points]) => [
    name,
    points.map(({ time, value, step }) => `${time} ${pythonNumber(value)} ${step}\n`).join(""),
  ]);
}

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
}
