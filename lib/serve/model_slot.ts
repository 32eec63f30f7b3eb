/**
 * One model of a server: where its versions come from, those in memory, and which of
 * them answers.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { LoadFailures } from "./load_failures.ts";
import { LoadedVersion } from "./loaded_version.ts";
import type { ModelEvent } from "./model_event.ts";
import { proveModel } from "./prove_model.ts";
import { type ModelStatus, type ServedModel, unknownVersion } from "./repository.ts";
import { RequestError } from "./request_error.ts";
import type { OpenModel, SourceVersion, SourceVersions, VersionSource } from "./version_source.ts";

/** How to keep a model. */
export interface SlotOptions {
  /** Its clock. */
  readonly host: Pick<Host, "now">;
  /** Told of what happens. */
  readonly onEvent: (event: ModelEvent) => void;
  /**
   * How many versions to have in memory, so that requests can name them: the one in
   * service, and the newest before it.
   * @default 1
   */
  readonly keep?: number;
}

/** One model. Its changes happen one after the other; requests never wait for them. */
export class ModelSlot implements AsyncDisposable {
  readonly #source: VersionSource;
  readonly #host: Pick<Host, "now">;
  readonly #onEvent: (event: ModelEvent) => void;
  readonly #keep: number;
  readonly #signal: AbortSignal;
  readonly #loaded = new Map<string, LoadedVersion>();
  readonly #failures: LoadFailures;

  /** Retired, and still answering their last requests. */
  readonly #leaving = new Map<LoadedVersion, Promise<void>>();
  /** Loaded by name, beside those that follow from what is in service. */
  readonly #pinned = new Set<string>();
  /** Unloaded by name. */
  readonly #dropped = new Set<string>();
  #known: SourceVersions = { versions: [], latest: null };
  #latest: LoadedVersion | null = null;
  #loading: string | null = null;
  #unloaded = false;
  #sourceProblem = "";
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: VersionSource, options: SlotOptions, signal: AbortSignal) {
    this.#source = source;
    this.#host = options.host;
    this.#onEvent = options.onEvent;
    this.#keep = options.keep ?? 1;
    this.#failures = new LoadFailures(options.host);
    this.#signal = signal;
  }

  find(version?: string): ServedModel {
    const found = version === undefined ? this.#latest : this.#loaded.get(version);
    if (found) return found.acquire();
    if (version === undefined || this.#loading === version || this.#failures.has(version)) {
      throw this.#notReady(version);
    }
    throw unknownVersion(this.#source.name, version, [...this.#loaded.keys()]);
  }

  ready(): boolean {
    return this.#latest !== null || this.#unloaded;
  }

  index(): readonly ModelStatus[] {
    const { name } = this.#source;
    const rows: ModelStatus[] = [];
    for (const [version, error] of this.#failures.errors()) {
      if (this.#loaded.has(version)) continue;
      rows.push({ name, version, state: "UNAVAILABLE", reason: messageOf(error), latest: false });
    }
    for (const [version, loaded] of this.#loaded) {
      rows.push({ name, version, state: "READY", reason: "", latest: loaded === this.#latest });
    }
    if (this.#loading !== null && !this.#loaded.has(this.#loading)) {
      rows.push({ name, version: this.#loading, state: "LOADING", reason: "", latest: false });
    }
    for (const { predictor: { version } } of this.#leaving.keys()) {
      const reason = "It answers its last requests";
      rows.push({ name, version, state: "UNLOADING", reason, latest: false });
    }
    if (rows.length === 0) {
      const version = this.#known.latest ?? "";
      const reason = this.#notReady().message;
      rows.push({ name, version, state: "UNAVAILABLE", reason, latest: false });
    }
    const order = this.#known.versions.map(({ version }) => version);
    return rows.sort((a, b) => order.indexOf(a.version) - order.indexOf(b.version));
  }

  /** Loads a version, or the one to be in service, even if that failed before. */
  load(version?: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#ask();
      const { versions, latest } = this.#known;
      if (version !== undefined) {
        if (!versions.some((known) => known.version === version)) {
          throw unknownVersion(this.#source.name, version, [...this.#loaded.keys()]);
        }
        this.#pinned.add(version);
        this.#dropped.delete(version);
      }
      this.#unloaded = false;
      const wanted = version ?? latest;
      if (wanted === null) {
        throw new DataError(`Cannot load ${this.#source.name} as there is no version to serve yet`);
      }
      this.#failures.delete(wanted);
      await this.#settle();
      if (!this.#failures.has(wanted)) return;
      this.#pinned.delete(wanted);
      throw this.#failures.errorOf(wanted);
    });
  }

  /** Unloads a version, or all; a version that is in service stays so until the model is unloaded. */
  unload(version?: string): Promise<void> {
    return this.#inTurn(() => {
      if (version === undefined) {
        this.#unloaded = true;
        this.#pinned.clear();
        this.#latest = null;
        for (const loaded of this.#loaded.values()) this.#retire(loaded);
        return Promise.resolve();
      }
      const loaded = this.#loaded.get(version);
      if (!loaded) throw unknownVersion(this.#source.name, version, [...this.#loaded.keys()]);
      if (loaded === this.#latest) {
        throw new RequestError(
          409,
          `Cannot unload version ${version} of ${this.#source.name} alone as it is in service: ` +
            `unload the model, or put another version into service`,
        );
      }
      this.#pinned.delete(version);
      this.#dropped.add(version);
      this.#retire(loaded);
      return Promise.resolve();
    });
  }

  /** Takes in what changes at the source until the signal is aborted. */
  async follow(): Promise<void> {
    try {
      for await (const _ of this.#source.changes({ signal: this.#signal })) {
        await this.#inTurn(async () => {
          await this.#ask();
          await this.#settle();
        }).catch((error) => this.#reportSource(error));
      }
    } catch (error) {
      this.#reportSource(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unload();
    await Promise.all(this.#leaving.values());
  }

  async #ask(): Promise<void> {
    this.#known = await this.#source.current({ signal: this.#signal });
    this.#sourceProblem = "";
  }

  /** Once for each problem, however often it is asked again. */
  #reportSource(error: unknown): void {
    if (this.#signal.aborted || messageOf(error) === this.#sourceProblem) return;
    this.#sourceProblem = messageOf(error);
    this.#onEvent({ type: "failed", name: this.#source.name, version: null, error });
  }

  /** Loads what is wanted and missing; each time, whatever may take over does. */
  async #settle(): Promise<void> {
    if (this.#unloaded) return;
    const wanted = this.#wanted();
    for (const { version, revision } of wanted) {
      const there = this.#loaded.get(version)?.revision === revision;
      this.#takeIn(there ? undefined : await this.#open(version, revision), wanted);
    }
  }

  /** The one to be in service first. */
  #wanted(): readonly SourceVersion[] {
    const { versions, latest } = this.#known;
    const at = versions.findIndex(({ version }) => version === latest);
    const newest = versions.slice(Math.max(0, at - this.#keep + 1), at + 1).reverse();
    const named = versions.filter(({ version }) => this.#pinned.has(version));
    return [...new Set([...newest, ...named])].filter(({ version }) =>
      version === latest || !this.#dropped.has(version)
    );
  }

  /**
   * Adds a version; puts the latest one into service, if it is there; retires what is
   * wanted no more. All at once, so that no request finds a retired version.
   */
  #takeIn(opened: LoadedVersion | undefined, wanted: readonly SourceVersion[]): void {
    const { name } = this.#source;
    const all = [...this.#loaded.values()];
    if (opened) this.#loaded.set(opened.predictor.version, opened);
    const before = this.#latest;
    const latest = this.#loaded.get(this.#known.latest ?? "") ?? before;
    this.#latest = latest;
    const names = new Set(wanted.map(({ version }) => version));
    for (const loaded of all) {
      const { version } = loaded.predictor;
      const replaced = this.#loaded.get(version) !== loaded;
      if (replaced || loaded !== latest && !names.has(version)) this.#retire(loaded);
    }
    if (latest === before || !latest) return;
    const { version } = latest.predictor;
    this.#onEvent({ type: "in-service", name, version, before: before?.predictor.version ?? null });
  }

  /** Loads a version, warms and proves it. A failure is noted and told, and gives undefined. */
  async #open(version: string, revision: string): Promise<LoadedVersion | undefined> {
    const { name } = this.#source;
    if (!this.#failures.mayTry(version, revision)) return undefined;
    this.#loading = version;
    const start = this.#host.now();
    let model: OpenModel | undefined;
    try {
      model = await this.#source.open(version, { signal: this.#signal });
      const before = version === this.#known.latest ? this.#latest : null;
      const proof = await proveModel(model.predictor, before?.proof ?? null);
      this.#signal.throwIfAborted();
      this.#failures.delete(version);
      const seconds = (this.#host.now() - start) / 1000;
      this.#onEvent({ type: "loaded", name, version, seconds, ...proof });
      return new LoadedVersion(model, { revision, proof });
    } catch (error) {
      await model?.[Symbol.asyncDispose]();
      if (this.#signal.aborted) throw error;
      this.#failures.add(version, revision, error);
      this.#onEvent({ type: "failed", name, version, error });
      return undefined;
    } finally {
      this.#loading = null;
    }
  }

  #retire(loaded: LoadedVersion): void {
    const { name, version } = loaded.predictor;
    if (this.#loaded.get(version) === loaded) this.#loaded.delete(version);
    const left = loaded.retire().then(
      () => this.#onEvent({ type: "unloaded", name, version }),
      (error) => this.#onEvent({ type: "failed", name, version, error }),
    ).finally(() => this.#leaving.delete(loaded));
    this.#leaving.set(loaded, left);
  }

  #notReady(version?: string): RequestError {
    const { name } = this.#source;
    const what = version === undefined ? name : `version ${version} of ${name}`;
    const failed = this.#failures.has(version ?? this.#known.latest ?? "");
    const why = this.#unloaded
      ? `it was unloaded: POST /v2/repository/models/${name}/load loads it`
      : failed
      ? `it could not be loaded; the server's log says why`
      : this.#loading !== null
      ? "it is being loaded"
      : "no version of it is loaded";
    return new RequestError(503, `Cannot ask ${what} as ${why}`, { "retry-after": "1" });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const done = Promise.withResolvers<void>();
    this.#turn = done.promise;
    await before;
    try {
      return await work();
    } finally {
      done.resolve();
    }
  }
}
