/**
 * Everything recorded in a folder, as an MLflow file store: MLflow opens it with
 * `MLFLOW_ALLOW_FILE_STORE=true`, and `mlflow migrate-filestore` takes it into a database.
 *
 * @module
 */
import { join } from "node:path";
import type { ModelVersion } from "../../pipeline/tracker.ts";
import type { RunOrigin } from "../mirror/run_tags.ts";
import { ModelFolders } from "../model_folders.ts";
import { RecordedRegistry } from "../recorded_registry.ts";
import { RunFolders } from "../run_folders.ts";
import { MlrunsFolder } from "./mlruns_folder.ts";
import { ModelExporter } from "./model_exporter.ts";
import { RunExporter } from "./run_exporter.ts";

/** What is exported, and where to. */
export interface ExportOptions {
  /** The folder of a `journalTracker`. */
  readonly folder: string;
  /** A folder that is not there yet, or empty. */
  readonly to: string;
  /** Who ran what: for what the runs themselves do not tell. */
  readonly origin: RunOrigin;
  /** Only these runs and the versions that they made. @default all */
  readonly runIds?: readonly string[] | undefined;
  /** Heard between things that are written. */
  readonly signal?: AbortSignal;
}

/** Something that was written. */
export interface ExportReport {
  /** What it is. */
  readonly kind: "run" | "version";
  /** The run's id, or the model's name and version. */
  readonly id: string;
}

/**
 * Writes everything, and reports each thing when it is written. The folder appears when all of it
 * is there.
 *
 * @throws {UsageError} when there is something at `to` already.
 */
export async function* exportMlruns(options: ExportOptions): AsyncGenerator<ExportReport, void> {
  await using store = await MlrunsFolder.open(options.to);
  const runFolders = yield* exportRuns(store, options);
  yield* exportModels(store, runFolders, options);
  await store.finish();
}

/** @returns by the ids of the runs: where they are. */
async function* exportRuns(
  store: MlrunsFolder,
  { folder, origin, runIds, signal }: ExportOptions,
): AsyncGenerator<ExportReport, ReadonlyMap<string, string>> {
  const runs = new RunFolders(join(folder, "runs"));
  const exporter = new RunExporter(store, { runs, origin });
  await exporter.writeExperiment("Default", 0);
  const folders = new Map<string, string>();
  const starts = [...await runs.starts()].sort((a, b) => a.time - b.time);
  for (const { id } of starts) {
    if (runIds && !runIds.includes(id)) continue;
    signal?.throwIfAborted();
    const written = await exporter.write(id);
    if (written === undefined) continue;
    folders.set(id, written);
    yield { kind: "run", id };
  }
  return folders;
}

async function* exportModels(
  store: MlrunsFolder,
  runFolders: ReadonlyMap<string, string>,
  { folder, runIds, signal }: ExportOptions,
): AsyncGenerator<ExportReport, void> {
  const registry = new RecordedRegistry(new ModelFolders(join(folder, "models")), () => 0);
  const exporter = new ModelExporter(store, registry);
  for (const name of await registry.names()) {
    const versions: ModelVersion[] = [];
    for (const version of await registry.versions(name)) {
      if (runIds && !runIds.includes(version.runId)) continue;
      signal?.throwIfAborted();
      if (!await exporter.writeVersion(version, runFolders.get(version.runId))) continue;
      versions.push(version);
      yield { kind: "version", id: `${name} version ${version.version}` };
    }
    if (versions.length > 0) await exporter.writeModel(name, versions);
  }
}
