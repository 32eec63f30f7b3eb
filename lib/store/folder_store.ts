/**
 * An artifact store in a folder of this machine.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BusyError, DataError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless_missing.ts";
import type {
  ArtifactInfo,
  ArtifactStore,
  Files,
  SourceFiles,
} from "../pipeline/artifact_store.ts";
import { checkKey, isKey } from "../pipeline/check_key.ts";
import { digestManifest } from "../pipeline/digest_files.ts";
import { describeSources } from "../pipeline/source_files.ts";
import { storageError } from "../pipeline/storage_error.ts";
import {
  filesFolder,
  inspectArtifactFolder,
  isArtifactFolder,
  openArtifactFile,
  readArtifactFolder,
  writeArtifactFolder,
} from "./artifact_folder.ts";
import { openScratch, sweepScratch } from "./scratch_folder.ts";
import { entriesIn, isThere } from "./folder_entries.ts";

interface Waiting {
  readonly signal?: AbortSignal;
}

/**
 * Keeps artifacts below `root`, each as a folder named by its key. A folder is
 * prepared elsewhere and moved to its place in one go, so it is there whole or not at
 * all, whenever the process dies.
 *
 * ```ts
 * import { folderStore } from "@fourdotinfinity/digits-recognizer";
 *
 * const store = folderStore(await Deno.makeTempDir());
 * const { uri } = await store.put("greetings/hello", { "": new TextEncoder().encode("hello") });
 * const files = await store.get(uri);
 * console.assert(new TextDecoder().decode(files[""]) === "hello");
 * ```
 *
 * Its methods throw an {@linkcode UnavailableError} when the disk refuses.
 */
export function folderStore(root: string): ArtifactStore {
  return new FolderStore(resolve(root));
}

class FolderStore implements ArtifactStore {
  readonly #root: string;
  readonly #rootUri: string;
  #swept: Promise<void> | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#rootUri = pathToFileURL(root).href.replace(/\/?$/, "/");
  }

  uri(key: string): string {
    return this.#rootUri + checkKey(key); // nothing in a key needs escaping
  }

  async put(key: string, files: SourceFiles, options: Waiting = {}): Promise<ArtifactInfo> {
    const { signal } = options;
    const uri = this.uri(key);
    const manifest = await describeSources(files, options);
    const info = { uri, ...digestManifest(manifest) };
    return await this.#onDisk("store", async () => {
      if (await this.#isStored(key, info)) return info;
      await this.#checkAbove(key);
      await this.#sweep();
      await using scratch = await openScratch(this.#root);
      const folder = join(scratch.path, "artifact");
      await writeArtifactFolder(folder, files, manifest, signal);
      await this.#moveIn(key, info, folder, join(scratch.path, "damaged"));
      return info;
    });
  }

  async get(uri: string, { signal }: Waiting = {}): Promise<Files> {
    signal?.throwIfAborted();
    const folder = this.#folderOf(uri);
    return await this.#onDisk("read", () => readArtifactFolder(folder, signal));
  }

  async open(
    uri: string,
    file: string,
    { signal }: Waiting = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    signal?.throwIfAborted();
    const folder = this.#folderOf(uri);
    const read = await this.#onDisk("read", () => openArtifactFile(folder, file, signal));
    return ReadableStream.from(this.#streamed(read()));
  }

  async info(uri: string, { signal }: Waiting = {}): Promise<ArtifactInfo | undefined> {
    signal?.throwIfAborted();
    const key = this.#keyOf(uri);
    return key === undefined ? undefined : await this.#onDisk("read", () => this.#info(key));
  }

  async filesUri(uri: string, { signal }: Waiting = {}): Promise<string> {
    signal?.throwIfAborted();
    const folder = this.#folderOf(uri);
    return await this.#onDisk("read", async () => pathToFileURL(await filesFolder(folder)).href);
  }

  async *list(prefix: string, { signal }: Waiting = {}): AsyncIterable<ArtifactInfo> {
    const above = prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")));
    if (above !== "") checkKey(above);
    const keys = await this.#onDisk("read", () => Array.fromAsync(this.#keysBelow(above)));
    for (const key of keys.filter((key) => key.startsWith(prefix)).sort()) {
      signal?.throwIfAborted();
      const info = await this.#onDisk("read", () => this.#info(key));
      if (info !== undefined) yield info;
    }
  }

  async remove(uri: string, { signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    const key = this.#keyOf(uri);
    if (key === undefined) return;
    await this.#onDisk("remove", async () => {
      const folder = join(this.#root, key);
      if (!await isArtifactFolder(folder)) return;
      await this.#sweep();
      await using scratch = await openScratch(this.#root);
      await unlessMissing(Deno.rename(folder, join(scratch.path, "removed")));
      await this.#removeEmpty(dirname(folder));
    });
  }

  /** Turns what a disk says into a sentence that names this store's folder. */
  async #onDisk<T>(verb: "store" | "read" | "remove", work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(`Cannot ${verb} artifacts in ${this.#root}`, error);
    }
  }

  async *#streamed<T>(chunks: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      yield* chunks;
    } catch (error) {
      throw storageError(`Cannot read artifacts in ${this.#root}`, error);
    }
  }

  /** Once, before the first change. Where it fails nothing is lost, and the change itself will say why. */
  #sweep(): Promise<void> {
    return this.#swept ??= sweepScratch(this.#root).catch(() => {});
  }

  #keyOf(uri: string): string | undefined {
    const key = uri.startsWith(this.#rootUri) ? uri.slice(this.#rootUri.length) : "";
    return isKey(key) ? key : undefined;
  }

  #folderOf(uri: string): string {
    const key = this.#keyOf(uri);
    if (key !== undefined) return join(this.#root, key);
    throw new DataError(`Cannot read artifact ${uri} as it is not in ${this.#root}`);
  }

  async #info(key: string): Promise<ArtifactInfo | undefined> {
    const known = await inspectArtifactFolder(join(this.#root, key));
    return known && { uri: this.uri(key), ...known };
  }

  async #isStored(key: string, info: ArtifactInfo): Promise<boolean> {
    const known = await this.#info(key);
    if (known !== undefined && known.sha256 !== info.sha256) {
      throw new BusyError(`Cannot store artifact ${info.uri} as another one has that key`);
    }
    return known !== undefined;
  }

  /** An artifact within the folder of another would be removed with it. */
  async #checkAbove(key: string): Promise<void> {
    const parts = key.split("/");
    for (let length = 1; length < parts.length; length++) {
      const above = parts.slice(0, length).join("/");
      if (await isArtifactFolder(join(this.#root, above))) {
        throw new BusyError(
          `Cannot store artifact ${this.uri(key)} as it would be within ${this.uri(above)}`,
        );
      }
    }
  }

  /** Moves a whole artifact to its place, where another process may have been faster. */
  async #moveIn(key: string, info: ArtifactInfo, from: string, aside: string): Promise<void> {
    const folder = join(this.#root, key);
    for (let triesLeft = 3;; triesLeft--) {
      try {
        await Deno.mkdir(dirname(folder), { recursive: true });
        return await Deno.rename(from, folder);
      } catch (error) {
        if (await this.#isStored(key, info)) return;
        if (await isArtifactFolder(folder)) {
          await Deno.rename(folder, aside); // damaged
        } else if (await isThere(folder)) {
          throw new BusyError(`Cannot store artifact ${info.uri} as there are others within it`);
        } else if (!(error instanceof Deno.errors.NotFound)) {
          throw error;
        } // else another process removed the folder above, as it was empty
        if (triesLeft === 0) throw error;
      }
    }
  }

  async *#keysBelow(above: string): AsyncIterable<string> {
    const folder = join(this.#root, above);
    if (above !== "" && await isArtifactFolder(folder)) {
      yield above;
      return;
    }
    for (const { name, isDirectory } of await entriesIn(folder)) {
      const key = above === "" ? name : `${above}/${name}`;
      if (isDirectory && isKey(key)) yield* this.#keysBelow(key);
    }
  }

  async #removeEmpty(folder: string): Promise<void> {
    for (let path = folder; path !== this.#root; path = dirname(path)) {
      try {
        await Deno.remove(path);
      } catch {
        return; // not empty, or another process was faster
      }
    }
  }
}
