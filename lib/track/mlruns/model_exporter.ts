/**
 * Registered models as MLflow's file store has them.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { ModelVersion } from "../../pipeline/tracker.ts";
import { historyTag } from "../mirror/alias_history.ts";
import { packModel } from "../mirror/pack_model.ts";
import { SHA256_TAG, versionTags } from "../mirror/version_tags.ts";
import type { RecordedRegistry } from "../recorded_registry.ts";
import { experimentIdOf, idOf, type MlrunsFolder } from "./mlruns_folder.ts";

const MLFLOW_VERSION = "3.17.2"; // whose file store this is
const MODEL_READY = 2;

/** Writes versions as logged models and model versions, and the names that they have. */
export class ModelExporter {
  readonly #store: MlrunsFolder;
  readonly #registry: RecordedRegistry;

  constructor(store: MlrunsFolder, registry: RecordedRegistry) {
    this.#store = store;
    this.#registry = registry;
  }

  /**
   * Writes a version.
   * @param runFolder of the run that made it; `undefined` when that is not written
   * @returns whether its files are there.
   */
  async writeVersion(version: ModelVersion, runFolder: string | undefined): Promise<boolean> {
    const files = await this.#filesOf(version);
    if (files === undefined) return false;
    const modelId = `m-${idOf(version.name, version.sha256)}`;
    const experimentId = runFolder?.split("/")[0] ?? experimentIdOf("Default");
    const folder = `${experimentId}/models/${modelId}`;
    const runId = runFolder === undefined ? null : version.runId;
    await this.#writeLoggedModel(folder, { version, files, modelId, runId });
    if (runFolder !== undefined) {
      await this.#store.writeMeta(`${runFolder}/outputs/${modelId}`, {
        destination_id: modelId,
        destination_type: "MODEL_OUTPUT",
        source_id: runId,
        source_type: "RUN_OUTPUT",
        step: 0,
        tags: {},
      });
    }
    const versionFolder = `models/${version.name}/version-${version.version}`;
    await this.#store.writeMeta(versionFolder, {
      creation_timestamp: version.createdAt,
      current_stage: "None",
      description: null,
      last_updated_timestamp: version.createdAt,
      model_id: modelId,
      name: version.name,
      run_id: runId,
      run_link: null,
      source: `models:/${modelId}`,
      status: "READY",
      status_message: null,
      storage_location: this.#store.uri(`${folder}/artifacts`),
      user_id: null,
      version: version.version,
    });
    const tags = Object.entries(versionTags(version, files));
    await this.#store.writeEntries(`${versionFolder}/tags`, tags);
    return true;
  }

  /** Writes a name, after its versions. */
  async writeModel(name: string, versions: readonly ModelVersion[]): Promise<void> {
    const folder = `models/${name}`;
    const times = versions.map(({ createdAt }) => createdAt);
    await this.#store.writeMeta(folder, {
      creation_timestamp: Math.min(...times),
      description: null,
      last_updated_timestamp: Math.max(...times),
      name,
    });
    for (const alias of await this.#registry.aliases(name)) {
      const history = await this.#registry.aliasHistory(name, alias);
      const target = history.at(-1);
      if (versions.every(({ version }) => version !== target)) continue;
      await this.#store.write(`${folder}/aliases/${alias}`, String(target));
      await this.#store.write(`${folder}/tags/${historyTag(alias)}`, JSON.stringify(history));
    }
  }

  async #filesOf(version: ModelVersion): Promise<Files | undefined> {
    try {
      return await this.#registry.files(version);
    } catch (error) {
      if (error instanceof DataError) return undefined;
      throw error;
    }
  }

  async #writeLoggedModel(
    folder: string,
    { version: { name, version, sha256, createdAt, interface: io }, files, modelId, runId }: {
      readonly version: ModelVersion;
      readonly files: Files;
      readonly modelId: string;
      readonly runId: string | null;
    },
  ): Promise<void> {
    const artifactPath = this.#store.uri(`${folder}/artifacts`);
    await this.#store.writeMeta(folder, {
      artifact_location: artifactPath,
      creation_timestamp: createdAt,
      experiment_id: folder.split("/")[0],
      last_updated_timestamp: createdAt,
      model_id: modelId,
      model_type: null,
      name,
      source_run_id: runId,
      status: MODEL_READY,
      status_message: null,
    });
    await this.#store.writeEntries(`${folder}/tags`, [
      [SHA256_TAG, sha256],
      ["mlflow.modelVersions", JSON.stringify([{ name, version }])],
    ]);
    const place = { artifactPath, modelId, createdAt, mlflowVersion: MLFLOW_VERSION };
    const packed = packModel(files, { ...place, runId: runId ?? "", interface: io });
    await this.#store.writeFiles(folder, "artifacts", packed);
  }
}
