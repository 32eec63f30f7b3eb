/**
 * A local model registry that MLflow's keeps up with.
 *
 * @module
 */
import { BusyError, DataError, messageOf, UnavailableError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import { digestFiles } from "../../pipeline/digest_files.ts";
import type { ModelRegistry, ModelVersion } from "../../pipeline/tracker.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { RegisteredVersion } from "../mlflow/registered_model.ts";
import type { RegisterOptions } from "../recorded_registry.ts";
import type { Mirror } from "./mirror.ts";
import { describeVersion, SHA256_TAG } from "./version_tags.ts";

/** How a registry follows MLflow's. */
export interface MirroredRegistryOptions {
  readonly mirror: Mirror;
  readonly host: Pick<Host, "now" | "sleep">;
  /** The alias that is taken over from MLflow. */
  readonly sharedAlias: string;
  /** Takes one sentence about what could not be taken over. */
  readonly notice: (text: string) => void;
}

const ASK_AGAIN_MS = 60_000; // so that several uses in a row wait once
const PULL_TIMEOUT_MS = 20_000; // time to fetch a model of some MB; a run must not wait for longer

/**
 * What is registered here is what counts, so it works while MLflow is away. Before a name is
 * first used, what MLflow has of it is taken over: the highest version number, and the version
 * that the shared alias points at. What changes here is sent in the background.
 */
export class MirroredRegistry implements ModelRegistry {
  readonly #options: MirroredRegistryOptions;
  readonly #local: Mirror["registry"];
  /** By name: the highest version number that MLflow has. */
  readonly #pulled = new Map<string, Promise<number>>();
  #notBefore = -Infinity;

  constructor(options: MirroredRegistryOptions) {
    this.#options = options;
    this.#local = options.mirror.registry;
  }

  async register(name: string, files: Files, options: RegisterOptions): Promise<ModelVersion> {
    const after = await this.#pull(name);
    return await this.#changed(name, () => this.#local.register(name, files, options, { after }));
  }

  async find(name: string, sha256: string): Promise<ModelVersion | undefined> {
    await this.#pull(name);
    return await this.#local.find(name, sha256);
  }

  async alias(name: string, alias: string): Promise<ModelVersion | undefined> {
    await this.#pull(name);
    return await this.#local.alias(name, alias);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    await this.#pull(name);
    await this.#changed(name, () => this.#local.setAlias(name, alias, version));
  }

  async aliasHistory(name: string, alias: string): Promise<readonly number[]> {
    await this.#pull(name);
    return await this.#local.aliasHistory(name, alias);
  }

  versions(name: string): Promise<readonly ModelVersion[]> {
    return this.#local.versions(name);
  }

  names(): Promise<readonly string[]> {
    return this.#local.names();
  }

  files(version: ModelVersion): Promise<Files> {
    return this.#local.files(version);
  }

  async #changed<T>(name: string, change: () => Promise<T>): Promise<T> {
    const { mirror } = this.#options;
    const result = await change();
    mirror.followModel(name);
    mirror.wake();
    return result;
  }

  /**
   * Once for each name; again only when MLflow was away.
   * @returns the highest version number that MLflow has, 0 when nobody knows.
   */
  async #pull(name: string): Promise<number> {
    const { mirror, host } = this.#options;
    if (mirror.isAway || host.now() < this.#notBefore) return 0;
    const pulling = this.#pulled.get(name) ?? this.#pullInTime(name);
    this.#pulled.set(name, pulling);
    try {
      return await pulling;
    } catch (error) {
      this.#pulled.delete(name);
      this.#notBefore = host.now() + ASK_AGAIN_MS;
      if (error instanceof UnavailableError) mirror.judge(error);
      else if (!(error instanceof BusyError) && !mirror.isAway) throw error;
      return 0;
    }
  }

  async #pullInTime(name: string): Promise<number> {
    const { mirror, host } = this.#options;
    await this.#local.versions(name); // refuses a bad name
    using over = new DisposableStack();
    const done = over.adopt(new AbortController(), (controller) => controller.abort());
    const late = over.adopt(new AbortController(), (controller) => controller.abort());
    const limit = host.sleep(PULL_TIMEOUT_MS, { signal: done.signal }).then(() => {
      late.abort();
      throw new UnavailableError(
        `Cannot ask MLflow at ${mirror.server} for model "${name}" as it takes longer than ` +
          `${PULL_TIMEOUT_MS / 1000} s`,
      );
    });
    const pulled = mirror.exclusively((closed) =>
      this.#takeOver(name, { signal: AbortSignal.any([late.signal, closed]) })
    );
    pulled.catch(() => {}); // when it is late nobody waits for it
    limit.catch(() => {}); // cancelled in the end
    return await Promise.race([pulled, limit]);
  }

  async #takeOver(name: string, options: CallOptions): Promise<number> {
    const { mirror, notice, sharedAlias } = this.#options;
    options.signal?.throwIfAborted();
    const model = mirror.model(name);
    await model.advance(options); // what was done here while MLflow was away comes first
    const { highestVersion, shared } = await model.look(options);
    try {
      if (shared) await this.#adopt(shared, highestVersion, options);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      notice(
        `Cannot use version ${shared!.version} of model "${name}", which is MLflow's ` +
          `"${sharedAlias}": ${messageOf(error)}`,
      );
    }
    mirror.judge(undefined);
    return highestVersion;
  }

  /** Points the shared alias here at what it points at in MLflow. */
  async #adopt(
    shared: RegisteredVersion,
    after: number,
    options: CallOptions,
  ): Promise<void> {
    const { mirror, sharedAlias } = this.#options;
    const { name, tags: { [SHA256_TAG]: sha256 = "" } } = shared;
    const present = await this.#local.alias(name, sharedAlias);
    if (present?.sha256 === sha256) return;
    const known = await this.#local.find(name, sha256);
    const version = known ?? await this.#download(shared, after, options);
    await this.#local.setAlias(name, sharedAlias, version.version);
    mirror.followModel(name); // notes that MLflow has this
  }

  async #download(
    shared: RegisteredVersion,
    after: number,
    options: CallOptions,
  ): Promise<ModelVersion> {
    const { name, version: wanted } = shared;
    const files = await this.#options.mirror.publisher.download(shared, options);
    const { sha256, ...described } = describeVersion(shared);
    if (digestFiles(files) !== sha256) {
      throw new DataError("its files are not what was registered");
    }
    const { runId, tags, interface: io } = described;
    const about = { runId, tags, ...io && { interface: io } };
    return await this.#local.register(name, files, about, { wanted, after });
  }
}
