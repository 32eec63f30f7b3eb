/**
 * A model registry in an artifact store: for programs on many machines that share a bucket and
 * have no MLflow.
 *
 * ## What is where
 *
 * | key | what it is |
 * | --- | --- |
 * | `<prefix>/<name>/events/<n>` | the model's `n`th event, 1 for the first: a version was made, an alias moved |
 * | `<prefix>/<name>/versions/<version>` | the files of a version |
 *
 * Nothing there is ever changed. Who wants to add an event stores it under the next number: of
 * several that do so at once the store lets one pass, and the others look again at what there is.
 *
 * @module
 */
import { encodeJson } from "../base/bytes.ts";
import { BusyError, DataError } from "../base/errors.ts";
import type { ArtifactStore, Files } from "../pipeline/artifact_store.ts";
import { checkKey } from "../pipeline/check_key.ts";
import type { ModelRegistry } from "../pipeline/tracker.ts";
import { type ModelStorage, RecordedRegistry, type RegistryStorage } from "./recorded_registry.ts";
import { parseRegistryEvent, type RegistryEvent } from "./registry_event.ts";

/** How a registry in a store is used. */
export interface StoreRegistryOptions {
  /** Begins all its keys. @default {"registry"} */
  readonly prefix?: string;
  /** A clock in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const READ_AHEAD = 8; // requests at once; most models have a few events
const MOST_TRIES = 100; // each one lost is somebody else's change

/**
 * Keeps model versions in an artifact store and nowhere else. Any number of programs may change it
 * at the same time.
 *
 * ```ts
 * import { memoryStore, storeRegistry } from "@fourdotinfinity/digits-recognizer";
 *
 * const registry = storeRegistry(memoryStore());
 * const files = { "model.onnx": Uint8Array.of(1, 2, 3) };
 * const { version } = await registry.register("digits", files, { runId: "", tags: {} });
 * await registry.setAlias("digits", "champion", version);
 * console.assert((await registry.alias("digits", "champion"))?.version === 1);
 * ```
 *
 * @throws {TypeError} when the prefix is no key.
 */
export function storeRegistry(
  store: ArtifactStore,
  { prefix = "registry", now = Date.now }: StoreRegistryOptions = {},
): ModelRegistry {
  return new RecordedRegistry(new StoredModels(store, checkKey(prefix)), now);
}

class StoredModels implements RegistryStorage {
  readonly #store: ArtifactStore;
  readonly #prefix: string;
  /** What has been read, by URI: `null` is an event that this version does not know. */
  readonly #read = new Map<string, RegistryEvent | null>();
  readonly #lastChange = new Map<string, Promise<unknown>>();

  constructor(store: ArtifactStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  async names(): Promise<readonly string[]> {
    const above = `${this.#store.uri(this.#prefix)}/`;
    const names: string[] = [];
    for await (const { uri } of this.#store.list(`${this.#prefix}/`)) {
      const [name, kind, number] = uri.slice(above.length).split("/");
      if (name !== undefined && kind === "events" && number === "1") names.push(name);
    }
    return names;
  }

  async events(name: string): Promise<readonly RegistryEvent[]> {
    return (await this.#events(name)).filter((event) => event !== null);
  }

  async change<T>(name: string, change: (model: ModelStorage) => Promise<T>): Promise<T> {
    // One after another here: only other programs can then be in the way.
    const last = this.#lastChange.get(name) ?? Promise.resolve();
    const changed = last.then(() => this.#changeAlone(name, change));
    this.#lastChange.set(name, changed.catch(() => {})); // the next is not concerned
    return await changed;
  }

  async files(name: string, version: number): Promise<Files | undefined> {
    try {
      return await this.#store.get(this.uri(name, version));
    } catch (error) {
      if (error instanceof DataError) return undefined;
      throw error;
    }
  }

  uri(name: string, version: number): string {
    return this.#store.uri(this.#versionKey(name, version));
  }

  async #changeAlone<T>(name: string, change: (model: ModelStorage) => Promise<T>): Promise<T> {
    for (let tries = 1;; tries++) {
      let next = (await this.#events(name)).length + 1;
      try {
        return await change({
          append: async (event) => {
            await this.#store.put(this.#eventKey(name, next), { "": encodeJson(event) });
            next++;
          },
          write: async ({ version }, files) => {
            await this.#store.put(this.#versionKey(name, version), files);
          },
        });
      } catch (error) {
        if (!(error instanceof BusyError)) throw error;
        if (tries === MOST_TRIES) {
          throw new BusyError(
            `Cannot change model "${name}" as others change it all the time: try again later`,
            { cause: error },
          );
        }
      }
    }
  }

  /** Every event, oldest first; what has been read before is not asked for again. */
  async #events(name: string): Promise<readonly (RegistryEvent | null)[]> {
    const events: (RegistryEvent | null)[] = [];
    const uriOf = (number: number) => this.#store.uri(this.#eventKey(name, number));
    while (true) {
      const next = events.length + 1;
      const known = this.#read.get(uriOf(next));
      if (known !== undefined) {
        events.push(known);
        continue;
      }
      const uris = Array.from({ length: READ_AHEAD }, (_, i) => uriOf(next + i));
      const found = await Promise.all(uris.map((uri) => this.#event(uri)));
      for (const [i, event] of found.entries()) {
        if (event === undefined) return events;
        this.#read.set(uris[i]!, event);
        events.push(event);
      }
    }
  }

  /** `undefined` where there is none so far. */
  async #event(uri: string): Promise<RegistryEvent | null | undefined> {
    if (await this.#store.info(uri) === undefined) return undefined;
    const { "": bytes } = await this.#store.get(uri);
    return parseRegistryEvent(JSON.parse(new TextDecoder().decode(bytes))) ?? null;
  }

  #eventKey(name: string, number: number): string {
    return `${this.#prefix}/${name}/events/${number}`;
  }

  #versionKey(name: string, version: number): string {
    return `${this.#prefix}/${name}/versions/${version}`;
  }
}
