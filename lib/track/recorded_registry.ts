/**
 * A model registry, wherever its events and files are kept.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import { digestFiles } from "../pipeline/digest_files.ts";
import type { ModelRegistry, ModelVersion } from "../pipeline/tracker.ts";
import { checkName } from "./check_name.ts";
import { checkRegistryEvent, type RegistryEvent, type VersionEvent } from "./registry_event.ts";

/** Keeps the events and files of models. */
export interface RegistryStorage {
  /** All models that have an event. */
  names(): Promise<readonly string[]>;
  /** Every event of a model, oldest first; none when there is no such model. */
  events(name: string): Promise<readonly RegistryEvent[]>;
  /** Runs `change` when nobody else is changing the model; makes the model when missing. */
  change<T>(name: string, change: (model: ModelStorage) => Promise<T>): Promise<T>;
  /** The files of a version as they are now; `undefined` when there are none. */
  files(name: string, version: number): Promise<Files | undefined>;
  /** Where the files of a version are. */
  uri(name: string, version: number): string;
}

/** One model that may be changed. */
export interface ModelStorage {
  append(event: RegistryEvent): Promise<void>;
  /** Keeps the files of a version, all or nothing, in place of what was there. */
  write(version: ModelVersion, files: Files): Promise<void>;
}

/** What a version is registered with. */
export type RegisterOptions = Parameters<ModelRegistry["register"]>[2];

/** What is known of the numbers of another registry, which has the same models. */
export interface Numbering {
  /** Its number for these files, taken when it is free here. */
  readonly wanted?: number;
  /** Its highest number: a new version gets a higher one. @default 0 */
  readonly after?: number;
}

/** A registry over a storage. */
export class RecordedRegistry implements ModelRegistry {
  readonly #storage: RegistryStorage;
  readonly #now: () => number;

  /** @param now a clock in milliseconds since 1970 */
  constructor(storage: RegistryStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** @param numbering which number a new version gets: by default the one after the last */
  async register(
    name: string,
    files: Files,
    options: RegisterOptions,
    numbering: Numbering = {},
  ): Promise<ModelVersion> {
    checkName("a model", name);
    const sha256 = digestFiles(files);
    return await this.#storage.change(name, async (model) => {
      const versions = await this.versions(name);
      const known = versions.find((version) => version.sha256 === sha256);
      if (known !== undefined) {
        if (!await this.#isWhole(known)) await model.write(known, files);
        return known;
      }
      const version = await this.#freeNumber(name, { sha256, versions, numbering });
      const { runId, tags } = options;
      const made = { version, sha256, runId, tags, interface: options.interface ?? null };
      const event = { type: "version", time: this.#now(), ...made } as const;
      checkRegistryEvent(event);
      await model.write(this.#version(name, event), files);
      await model.append(event);
      return this.#version(name, event);
    });
  }

  async find(name: string, sha256: string): Promise<ModelVersion | undefined> {
    const known = (await this.versions(name)).find((version) => version.sha256 === sha256);
    return known !== undefined && await this.#isWhole(known) ? known : undefined;
  }

  async versions(name: string): Promise<readonly ModelVersion[]> {
    const events = await this.#events(name);
    return events
      .flatMap((event) => event.type === "version" ? [this.#version(name, event)] : [])
      .sort((a, b) => a.version - b.version);
  }

  async names(): Promise<readonly string[]> {
    return [...await this.#storage.names()].sort();
  }

  async files({ name, version, sha256 }: ModelVersion): Promise<Files> {
    checkName("a model", name);
    const files = await this.#storage.files(name, version);
    if (files === undefined || digestFiles(files) !== sha256) {
      throw new DataError(
        `Cannot read version ${version} of model "${name}" as its files are ` +
          `${files === undefined ? "missing" : "not what was registered"}: register it again`,
      );
    }
    return files;
  }

  async alias(name: string, alias: string): Promise<ModelVersion | undefined> {
    const last = (await this.aliasHistory(name, alias)).at(-1);
    return (await this.versions(name)).find(({ version }) => version === last);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    checkName("an alias", alias);
    const versions = await this.versions(name);
    if (!versions.some((known) => known.version === version)) {
      const known = versions.map((version) => version.version).join(", ") || "none";
      throw new DataError(
        `Cannot set alias "${alias}" of model "${name}" to version ${version}: there are ${known}`,
      );
    }
    await this.#storage.change(name, async (model) => {
      const last = (await this.aliasHistory(name, alias)).at(-1);
      if (last === version) return;
      await model.append({ type: "alias", time: this.#now(), alias, version });
    });
  }

  async aliasHistory(name: string, alias: string): Promise<readonly number[]> {
    const events = await this.#events(name);
    return events.flatMap((event) =>
      event.type === "alias" && event.alias === alias ? [event.version] : []
    );
  }

  /** Every alias that was ever set, sorted. */
  async aliases(name: string): Promise<readonly string[]> {
    const events = await this.#events(name);
    const aliases = events.flatMap((event) => event.type === "alias" ? event.alias : []);
    return [...new Set(aliases)].sort();
  }

  async #events(name: string): Promise<readonly RegistryEvent[]> {
    checkName("a model", name);
    return await this.#storage.events(name);
  }

  #version(name: string, { type: _type, time, ...made }: VersionEvent): ModelVersion {
    return { name, ...made, uri: this.#storage.uri(name, made.version), createdAt: time };
  }

  /** Whether its files are still what was registered. */
  async #isWhole({ name, version, sha256 }: ModelVersion): Promise<boolean> {
    const files = await this.#storage.files(name, version);
    return files !== undefined && digestFiles(files) === sha256;
  }

  /**
   * The first number that has no files, or has these very files: a process may have
   * died after writing them, before it recorded the version.
   */
  async #freeNumber(
    name: string,
    { sha256, versions, numbering: { wanted, after = 0 } }: {
      readonly sha256: string;
      readonly versions: readonly ModelVersion[];
      readonly numbering: Numbering;
    },
  ): Promise<number> {
    const isFree = async (number: number) => {
      const files = await this.#storage.files(name, number);
      return files === undefined || digestFiles(files) === sha256;
    };
    if (wanted !== undefined && versions.every(({ version }) => version !== wanted)) {
      if (await isFree(wanted)) return wanted;
    }
    let number = Math.max(versions.at(-1)?.version ?? 0, after) + 1;
    while (!await isFree(number)) number++;
    return number;
  }
}
