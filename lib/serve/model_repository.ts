/**
 * Several models, several versions of each, loaded and unloaded while requests run.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { ModelSlot, type SlotOptions } from "./model_slot.ts";
import {
  checkModelName,
  type ModelLookup,
  type ModelStatus,
  type ServedModel,
  unknownModel,
} from "./repository.ts";
import type { VersionSource } from "./version_source.ts";

/** How to keep models. */
export type RepositoryOptions = SlotOptions;

/** The models of a server. Disposing of it unloads them after their last requests. */
export class ModelRepository implements ModelLookup, AsyncDisposable {
  readonly #slots: ReadonlyMap<string, ModelSlot>;
  readonly #stop = new AbortController();
  #following: Promise<unknown> = Promise.resolve();

  /**
   * Nothing is loaded yet: see {@linkcode ModelRepository.loadAll}.
   * @throws {RangeError} when a name can't be part of a path, or two models have one name.
   */
  constructor(sources: readonly VersionSource[], options: RepositoryOptions) {
    const slots = new Map<string, ModelSlot>();
    for (const source of sources) {
      checkModelName(source.name);
      if (slots.has(source.name)) {
        throw new RangeError(`Cannot serve two models as ${JSON.stringify(source.name)}`);
      }
      slots.set(source.name, new ModelSlot(source, options, this.#stop.signal));
    }
    this.#slots = slots;
  }

  find(name: string, version?: string): ServedModel {
    const slot = this.#slots.get(name);
    if (!slot) throw unknownModel(name);
    return slot.find(version);
  }

  index(): readonly ModelStatus[] {
    return [...this.#slots.values()].flatMap((slot) => slot.index());
  }

  ready(): boolean {
    return [...this.#slots.values()].every((slot) => slot.ready());
  }

  /**
   * Loads every model's version, warms and proves it.
   * @throws {AggregateError} of what went wrong, when a model has no version that answers.
   */
  async loadAll(): Promise<void> {
    const results = await Promise.allSettled([...this.#slots.values()].map((slot) => slot.load()));
    const errors = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) {
      throw new AggregateError(errors, errors.map(messageOf).join("\n"));
    }
  }

  /**
   * Loads the version that is now to be in service, or the one that is named beside it.
   * @throws {RequestError} 404 when there is no such model or version.
   * @throws {DataError} when it can't be loaded; whatever answered before still does.
   */
  async load(name: string, version?: string): Promise<void> {
    const slot = this.#slots.get(name);
    if (!slot) throw unknownModel(name);
    await slot.load(version);
  }

  /**
   * Unloads a model, or one version of it, after its last requests.
   * @throws {RequestError} 404 when there is no such model or version.
   */
  async unload(name: string, version?: string): Promise<void> {
    const slot = this.#slots.get(name);
    if (!slot) throw unknownModel(name);
    await slot.unload(version);
  }

  /** From now on takes in what changes at the sources, until it is disposed of. */
  follow(): void {
    this.#following = Promise.all([...this.#slots.values()].map((slot) => slot.follow()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new DOMException("The server ends", "AbortError"));
    await this.#following;
    await Promise.all([...this.#slots.values()].map((slot) => slot[Symbol.asyncDispose]()));
  }
}
