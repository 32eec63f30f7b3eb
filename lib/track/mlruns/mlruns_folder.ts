/**
 * MLflow's file store: folders, and small files whose names are keys.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { hashHex } from "../../base/bytes.ts";
import { UsageError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import { storageError } from "../../pipeline/storage_error.ts";
import { namesIn, remove } from "../disk_files.ts";

/**
 * A file store that is being written beside its place, and moved there when it is complete.
 * Disposing of it before that leaves nothing.
 */
export class MlrunsFolder implements AsyncDisposable {
  readonly #place: string;
  readonly #scratch: string;

  private constructor(place: string) {
    this.#place = place;
    this.#scratch = `${place}.exporting`;
  }

  /**
   * Begins to write.
   * @throws {UsageError} when there is something at its place already.
   */
  static async open(path: string): Promise<MlrunsFolder> {
    const folder = new MlrunsFolder(resolve(path));
    if (folder.#place.split(/[\\/]/).includes("artifacts")) {
      throw new UsageError(
        `Cannot export to ${path} as MLflow finds no runs below a folder named "artifacts"`,
      );
    }
    await folder.#onDisk(async () => {
      if ((await namesIn(folder.#place)).length > 0) {
        throw new UsageError(`Cannot export to ${path} as it is not empty: name a new folder`);
      }
      if ((await namesIn(folder.#scratch)).length > 0) {
        throw new UsageError(
          `Cannot export to ${path} as ${folder.#scratch} is there, which another export is ` +
            "writing or has left: remove it, or name another folder",
        );
      }
      await Deno.mkdir(folder.#scratch, { recursive: true });
    });
    return folder;
  }

  /** Where a file will be, as a URI. */
  uri(path: string): string {
    return pathToFileURL(join(this.#place, path)).href;
  }

  /** Writes a file; makes the folders above it. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    await this.#onDisk(async () => {
      const place = join(this.#scratch, path);
      await Deno.mkdir(dirname(place), { recursive: true });
      await Deno.writeFile(
        place,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    });
  }

  /** Makes a folder, which may stay empty. */
  async make(path: string): Promise<void> {
    await this.#onDisk(() => Deno.mkdir(join(this.#scratch, path), { recursive: true }));
  }

  /** Writes a `meta.yaml`: JSON is YAML. */
  async writeMeta(folder: string, meta: Readonly<Record<string, unknown>>): Promise<void> {
    await this.write(`${folder}/meta.yaml`, JSON.stringify(meta, null, 1) + "\n");
  }

  /** Writes files that were kept under a name: a lone one there, others into a folder there. */
  async writeFiles(folder: string, name: string, files: Files): Promise<void> {
    for (const [file, bytes] of Object.entries(files)) {
      await this.write(`${folder}/${name}${file === "" ? "" : `/${file}`}`, bytes);
    }
  }

  /** Writes values into files that have the names of their keys. */
  async writeEntries(folder: string, entries: Iterable<readonly [string, string]>): Promise<void> {
    const all = [...entries];
    for (const [key, value] of all) {
      // A file and a folder of one name can't be side by side.
      const isFolder = all.some(([other]) => other.startsWith(`${key}/`));
      await this.write(`${folder}/${key}${isFolder ? "_" : ""}`, value);
    }
  }

  /** Moves it to its place: it is complete. */
  async finish(): Promise<void> {
    await this.#onDisk(async () => {
      await Deno.mkdir(join(this.#scratch, ".trash"), { recursive: true });
      await remove(this.#place); // an empty folder at most, as was looked
      await Deno.rename(this.#scratch, this.#place);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#onDisk(() => remove(this.#scratch));
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(`Cannot export to ${this.#place}`, error);
    }
  }
}

/** MLflow's experiments have numbers, of at most 18 digits: one that the name decides. */
export function experimentIdOf(name: string): string {
  if (name === "Default") return "0";
  return String(BigInt(`0x${hashHex(name).slice(0, 16)}`) % 10n ** 18n);
}

/** An id of 32 hexadecimal digits that these parts decide. */
export function idOf(...parts: readonly string[]): string {
  return hashHex(JSON.stringify(parts)).slice(0, 32);
}
