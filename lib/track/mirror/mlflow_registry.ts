/**
 * MLflow's model registry, directly.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import { digestFiles } from "../../pipeline/digest_files.ts";
import type { ModelRegistry, ModelVersion } from "../../pipeline/tracker.ts";
import { checkName } from "../check_name.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { RegisteredVersion } from "../mlflow/registered_model.ts";
import type { RegisterOptions } from "../recorded_registry.ts";
import { checkRegistryEvent } from "../registry_event.ts";
import { aliasHistoryOf, moveAlias } from "./alias_history.ts";
import { type KnownRun, ModelPublisher } from "./model_publisher.ts";
import { describeVersion, SHA256_TAG } from "./version_tags.ts";

/** How MLflow's registry is used. */
export interface MlflowRegistryOptions {
  /** The experiment of models whose run MLflow does not have; made when missing. @default {"Registered models"} */
  readonly experiment?: string;
  /** The MLflow run that a version's run is. @default none */
  readonly runOf?: (runId: string) => Promise<KnownRun | undefined>;
  /** A clock in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Keeps model versions in MLflow and nowhere else: for programs that leave nothing on disk.
 * Versions are logged models, with their files' digest as a tag; where an alias has pointed is a
 * tag of the registered model.
 */
export function mlflowRegistry(
  client: MlflowClient,
  options: MlflowRegistryOptions = {},
): ModelRegistry {
  return new MlflowRegistry(client, options);
}

class MlflowRegistry implements ModelRegistry {
  readonly #client: MlflowClient;
  readonly #publisher: ModelPublisher;
  readonly #runOf: (runId: string) => Promise<KnownRun | undefined>;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: MlflowClient, options: MlflowRegistryOptions) {
    const { experiment = "Registered models", now = Date.now } = options;
    this.#client = client;
    this.#publisher = new ModelPublisher({ client, experiment });
    this.#runOf = options.runOf ?? (() => Promise.resolve(undefined));
    this.#now = now;
  }

  async register(name: string, files: Files, options: RegisterOptions): Promise<ModelVersion> {
    checkName("a model", name);
    const { runId, tags, interface: io = null } = options;
    const model = { name, sha256: digestFiles(files), runId, tags, interface: io };
    checkRegistryEvent({ type: "version", time: 0, version: 1, ...model });
    // One after another: MLflow would make two versions of the same files.
    const made = this.#last.then(async () => {
      const run = await this.#runOf(runId);
      const createdAt = this.#now();
      const version = await this.#publisher.publish({ ...model, createdAt }, files, run);
      if (!await this.#isWhole(version)) await this.#publisher.restore(version, files);
      return describeVersion(version);
    });
    this.#last = made.catch(() => {}); // the caller is told; the next is not concerned
    return await made;
  }

  async find(name: string, sha256: string): Promise<ModelVersion | undefined> {
    const found = (await this.#versions(name)).find(({ tags }) => tags[SHA256_TAG] === sha256);
    return found && await this.#isWhole(found) ? describeVersion(found) : undefined;
  }

  async versions(name: string): Promise<readonly ModelVersion[]> {
    return (await this.#versions(name)).map(describeVersion);
  }

  async names(): Promise<readonly string[]> {
    const models = await Array.fromAsync(this.#client.registry.searchModels());
    return models.map(({ name }) => name).sort();
  }

  async files({ name, version, sha256 }: ModelVersion): Promise<Files> {
    checkName("a model", name);
    const found = await this.#client.registry.getVersion(name, version);
    if (found === undefined) {
      throw new DataError(`Cannot read version ${version} of model "${name}" as there is none`);
    }
    const files = await this.#publisher.download(found);
    if (digestFiles(files) !== sha256) {
      throw new DataError(
        `Cannot read version ${version} of model "${name}" as its files are not what was ` +
          "registered: register it again",
      );
    }
    return files;
  }

  async alias(name: string, alias: string): Promise<ModelVersion | undefined> {
    checkName("a model", name);
    const version = await this.#client.registry.getByAlias(name, alias);
    return version && describeVersion(version);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    checkName("an alias", alias);
    const versions = await this.#versions(name);
    const model = await this.#client.registry.getModel(name);
    if (model === undefined || versions.every((known) => known.version !== version)) {
      const known = versions.map((version) => version.version).join(", ") || "none";
      throw new DataError(
        `Cannot set alias "${alias}" of model "${name}" to version ${version}: there are ${known}`,
      );
    }
    await moveAlias(this.#client, model, { alias, path: [version] });
  }

  async aliasHistory(name: string, alias: string): Promise<readonly number[]> {
    checkName("a model", name);
    const model = await this.#client.registry.getModel(name);
    return model ? aliasHistoryOf(model, alias) : [];
  }

  async #versions(name: string): Promise<readonly RegisteredVersion[]> {
    checkName("a model", name);
    return await this.#publisher.versions(name);
  }

  /** Whether its files are still what was registered. */
  async #isWhole(version: RegisteredVersion): Promise<boolean> {
    try {
      const files = await this.#publisher.download(version);
      return digestFiles(files) === version.tags[SHA256_TAG];
    } catch (error) {
      if (error instanceof DataError) return false;
      throw error;
    }
  }
}
