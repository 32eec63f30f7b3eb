/**
 * Everything recorded in a folder, and the MLflow server that it is sent to.
 *
 * @module
 */
import { join } from "node:path";
import { BusyError, DataError, type UnavailableError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import { ModelFolders } from "../model_folders.ts";
import { RecordedRegistry } from "../recorded_registry.ts";
import { RunFolders } from "../run_folders.ts";
import { type DrainResult, MirrorLoop } from "./mirror_loop.ts";
import { ModelMirror } from "./model_mirror.ts";
import { type KnownRun, ModelPublisher } from "./model_publisher.ts";
import { readPosition, type RunPosition, runPositionSchema } from "./position_file.ts";
import type { OpenMlflowRunOptions } from "./open_mlflow_run.ts";
import { RunMirror } from "./run_mirror.ts";
import type { RunOrigin } from "./run_tags.ts";

/** What is mirrored, and where. */
export interface MirrorOptions {
  /** The folder of a `journalTracker`. */
  readonly folder: string;
  /** The server. */
  readonly client: MlflowClient;
  /** The machine that it runs on. */
  readonly host: Pick<Host, "now" | "sleep" | "randomSeed">;
  /** Who runs what: for what the runs themselves do not tell. */
  readonly origin: RunOrigin;
  /** The alias that is taken over from MLflow before a registry is used. @default {"champion"} */
  readonly sharedAlias?: string;
  /** How long what is recorded waits so that more can go with it. @default {1000} */
  readonly gatherMs?: number;
  /**
   * Takes one sentence: when the server goes away, when it is back, and for what it does not
   * get. @default nobody
   */
  readonly notice?: (text: string) => void;
}

/** Which MLflow run a run is sent to. */
export type MirroredRunTarget = Pick<OpenMlflowRunOptions, "adoptRunId" | "share">;

/** Reads journals and sends them. What is sent is noted beside them, for each server. */
export class Mirror implements AsyncDisposable {
  /** The runs of the folder. */
  readonly runs: RunFolders;
  /** The models of the folder. */
  readonly models: ModelFolders;
  /** What is registered in the folder. */
  readonly registry: RecordedRegistry;
  readonly #options: MirrorOptions;
  /** Puts models into MLflow, and gets them back. */
  readonly publisher: ModelPublisher;
  readonly #loop: MirrorLoop;
  readonly #runs = new Map<string, RunMirror>();
  readonly #followed = new Set<string>();

  /** Asks nothing yet. */
  constructor(options: MirrorOptions) {
    const { folder, client, host, gatherMs = 1_000, notice = () => {} } = options;
    this.#options = { ...options, notice };
    this.runs = new RunFolders(join(folder, "runs"));
    this.models = new ModelFolders(join(folder, "models"));
    this.registry = new RecordedRegistry(this.models, () => host.now());
    this.publisher = new ModelPublisher({ client, experiment: "Registered models" });
    this.#loop = new MirrorLoop({ host, server: client.url, notice, gatherMs });
  }

  /** The server's URL. */
  get server(): string {
    return this.#options.client.url;
  }

  /** Whether nothing is to be asked now: the last try has just failed, or this is closed. */
  get isAway(): boolean {
    return this.#loop.isAway;
  }

  /**
   * From now on sends what is recorded of a run.
   * @param target the MLflow run to log into, instead of one of its own
   */
  followRun(id: string, target: MirroredRunTarget = {}): void {
    if (this.#runs.has(id)) return;
    const run = this.#runMirror(id, target);
    this.#runs.set(id, run);
    this.#loop.add(run);
  }

  /** Lets go of a run that is about to be deleted. */
  async forgetRun(id: string): Promise<void> {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    if (run) await this.#loop.remove(run);
  }

  /** From now on sends what is recorded of a model. */
  followModel(name: string): void {
    if (this.#followed.has(name)) return;
    this.#followed.add(name);
    this.#loop.add(this.model(name));
  }

  /** Tells that something was recorded. */
  wake(): void {
    this.#loop.wake();
  }

  /** Takes in whether the server could be had. */
  judge(failure: UnavailableError | undefined): void {
    this.#loop.judge(failure);
  }

  /** Does something while nothing is being sent. The signal tells that the mirror is closed. */
  async exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return await this.#loop.exclusively(work);
  }

  /** Sends what is recorded of all that is followed, and waits for that, but not for long. */
  async drain(
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<DrainResult> {
    return await this.#loop.drain(options);
  }

  /**
   * Sends everything that is recorded of a run, now.
   * @returns the run as MLflow knows it; `undefined` when there is no such run here.
   * @throws {UnavailableError} when the server can't be had.
   * @throws {BusyError} when another process is sending it.
   * @throws {DataError} when MLflow has it in its bin.
   */
  async sendRun(id: string, options: CallOptions = {}): Promise<KnownRun | undefined> {
    await using run = this.#runMirror(id, {});
    while (await run.advance(options));
    return run.known;
  }

  /** How far a run was sent; `undefined` when nothing of it was. */
  async positionOf(id: string): Promise<RunPosition | undefined> {
    return await readPosition(this.runs.path(id), this.server, runPositionSchema);
  }

  /** The page of a run in MLflow; `undefined` as long as MLflow does not know it. */
  async pageOf(id: string): Promise<string | undefined> {
    const position = await this.positionOf(id);
    return position &&
      `${this.server}/#/experiments/${position.experimentId}/runs/${position.runId}`;
  }

  /** Whether everything that is recorded of a run is sent. */
  async isRunSent(id: string): Promise<boolean> {
    const position = await this.positionOf(id);
    return position !== undefined && position.owed.length === 0 &&
      position.sent === await this.runs.journalLength(id) &&
      (position.adopted || position.status !== "RUNNING");
  }

  /** One registered model, to be sent. */
  model(name: string): ModelMirror {
    const { client, sharedAlias = "champion", notice = () => {} } = this.#options;
    return new ModelMirror(name, {
      models: this.models,
      registry: this.registry,
      client,
      publisher: this.publisher,
      sharedAlias,
      sendRun: (id, options) => this.#sendRunOfVersion(id, options),
      notice,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
  }

  #runMirror(id: string, target: MirroredRunTarget): RunMirror {
    const { client, origin, notice = () => {} } = this.#options;
    return new RunMirror(id, { runs: this.runs, client, origin, notice, ...target });
  }

  /** The run that a version is of, as MLflow knows it; `undefined` when MLflow can't have it. */
  async #sendRunOfVersion(id: string, options: CallOptions): Promise<KnownRun | undefined> {
    if (await this.runs.journalLength(id) === undefined) return undefined;
    const followed = this.#runs.get(id);
    if (followed?.known) return followed.known; // the rest comes on its own
    try {
      if (followed === undefined) return await this.sendRun(id, options);
      while (await followed.advance(options));
      return followed.known;
    } catch (error) {
      const known = error instanceof BusyError && await this.positionOf(id);
      if (known) return known;
      if (error instanceof DataError) return undefined;
      throw error;
    }
  }
}
