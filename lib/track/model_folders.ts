/**
 * Models on disk: for each a folder with its journal, and in it a folder for each
 * version, `<version>/version.json` and `<version>/files/`.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { encodeJson } from "../base/bytes.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import { storageError } from "../pipeline/storage_error.ts";
import type { ModelVersion } from "../pipeline/tracker.ts";
import { namesIn, readFiles, remove, replace, writeFiles } from "./disk_files.ts";
import { lockFile } from "./file_lock.ts";
import { hasWholeLine, JournalFile, readJournal } from "./journal_file.ts";
import type { ModelStorage, RegistryStorage } from "./recorded_registry.ts";
import { parseRegistryEvent, type RegistryEvent } from "./registry_event.ts";

/** Keeps models below a folder. */
export class ModelFolders implements RegistryStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async names(): Promise<readonly string[]> {
    return await this.#onDisk("read", async () => {
      const names: string[] = [];
      for (const name of await namesIn(this.#folder)) {
        if (await hasWholeLine(this.#journal(name))) names.push(name);
      }
      return names;
    });
  }

  async events(name: string): Promise<readonly RegistryEvent[]> {
    return await this.#onDisk("read", () => readJournal(this.#journal(name), parseRegistryEvent));
  }

  /**
   * Every line of a model's journal, oldest first; `undefined` where this version does not know
   * the event. Lines never change, so their number tells how far somebody has read.
   */
  async lines(name: string): Promise<readonly (RegistryEvent | undefined)[]> {
    const parse = (json: unknown) => ({ event: parseRegistryEvent(json) });
    const lines = await this.#onDisk("read", () => readJournal(this.#journal(name), parse));
    return lines.map(({ event }) => event);
  }

  /** The folder of a model. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** The folder of a model, made when missing. */
  async make(name: string): Promise<string> {
    await this.#onDisk("register", () => Deno.mkdir(this.path(name), { recursive: true }));
    return this.path(name);
  }

  async change<T>(name: string, change: (model: ModelStorage) => Promise<T>): Promise<T> {
    return await this.#onDisk("register", async () => {
      await this.make(name);
      using _lock = await lockFile(this.#path(name, ".lock"));
      await using journal = await JournalFile.open(this.#journal(name));
      return await change({
        append: (event) => journal.append(event, { durable: true }),
        write: (version, files) => this.#write(version, files),
      });
    });
  }

  async files(name: string, version: number): Promise<Files | undefined> {
    return await this.#onDisk("read", () => readFiles(this.#path(name, `${version}/files`)));
  }

  uri(name: string, version: number): string {
    return pathToFileURL(this.#path(name, `${version}/files`)).href;
  }

  /** Only while the model is locked, so there is one scratch folder. */
  async #write(version: ModelVersion, files: Files): Promise<void> {
    const { uri: _uri, ...description } = version; // the folder may be moved
    const [scratch, aside] = [this.#path(version.name, ".new"), this.#path(version.name, ".old")];
    await remove(scratch);
    await remove(aside);
    try {
      await writeFiles(scratch, { "version.json": encodeJson(description) });
      await writeFiles(join(scratch, "files"), files);
      await replace(scratch, this.#path(version.name, String(version.version)), aside);
    } finally {
      await remove(scratch); // a full disk needs the room
    }
  }

  #path(name: string, file: string): string {
    return join(this.path(name), file);
  }

  #journal(name: string): string {
    return this.#path(name, "registry.jsonl");
  }

  async #onDisk<T>(verb: "read" | "register", work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(`Cannot ${verb} models in ${this.#folder}`, error);
    }
  }
}
