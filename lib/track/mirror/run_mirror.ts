/**
 * Sends what is recorded of one run to MLflow.
 *
 * @module
 */
import { encodeJson } from "../../base/bytes.ts";
import { BusyError, DataError, messageOf, UsageError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import { isMissing } from "../mlflow/mlflow_error.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { RunFolders } from "../run_folders.ts";
import { EventReader, type RunPart, STEPS_FILE } from "./event_reader.ts";
import { KnownPoints } from "./known_points.ts";
import type { KnownRun } from "./model_publisher.ts";
import { checkActive, openMlflowRun, type OpenMlflowRunOptions } from "./open_mlflow_run.ts";
import {
  lockSending,
  readPosition,
  type RunPosition,
  runPositionSchema,
  writePosition,
} from "./position_file.ts";
import { RunSender } from "./run_sender.ts";

/** From where to where runs are sent. */
export interface RunMirrorOptions extends OpenMlflowRunOptions {
  readonly runs: RunFolders;
  /** Takes one sentence about something that MLflow does not take. */
  readonly notice: (text: string) => void;
}

/** A part of the journal that is on its way. */
interface Sending {
  readonly part: RunPart;
  /** Where the next begins. */
  readonly end: number;
}

/**
 * Sends one run, in order and once: how far it is stands beside the journal. What may have been
 * on its way when a process died or a connection broke is looked up before it is sent again.
 */
export class RunMirror implements AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly #options: RunMirrorOptions;
  readonly #sender: RunSender;
  #lock: AsyncDisposable | undefined;
  #reader = new EventReader();
  #position: RunPosition | undefined;
  /** Whether MLflow was asked if it still has the run. */
  #checked = false;
  #sending: Sending | undefined;
  /** Up to here MLflow may have what the position does not say. */
  #doubtfulEnd = 0;
  #known: KnownPoints | undefined;
  /** Whether MLflow has lost the run, and nothing was sent since. */
  #isLost = false;
  /** Whether nothing here can write where MLflow keeps this run's files. */
  #isUnreachable = false;

  constructor(id: string, options: RunMirrorOptions) {
    this.id = id;
    this.name = `run ${id}`;
    this.#options = options;
    this.#sender = new RunSender({ ...options, id });
  }

  /** The run as MLflow knows it, as soon as it does. */
  get known(): KnownRun | undefined {
    return this.#position;
  }

  /**
   * Sends the next part.
   * @returns whether there may be more.
   * @throws {UnavailableError} when MLflow can't be had or refuses: try again later.
   * @throws {BusyError} when another process is sending it.
   * @throws {DataError} when MLflow has that run in its bin.
   */
  async advance(options: CallOptions = {}): Promise<boolean> {
    const { runs } = this.#options;
    if (!await this.#open()) return false;
    const alive = await runs.isOpen(this.id); // before reading: it may end meanwhile
    try {
      const position = await this.#begin(options);
      if (position === undefined) return false; // the run was deleted
      if (await this.#sendNext(position, options)) return true;
      await this.#settle(alive, options);
      return false;
    } catch (error) {
      if (!isMissing(error) || this.#isLost) throw error;
      this.#isLost = true;
      this.#forget();
      return true;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock?.[Symbol.asyncDispose]();
    this.#lock = undefined;
  }

  /** Begins where the last one stopped. @returns whether there is such a run. */
  async #open(): Promise<boolean> {
    const { runs, client } = this.#options;
    const length = await runs.journalLength(this.id);
    if (length === undefined || this.#lock) return length !== undefined;
    const lock = await lockSending(runs.path(this.id));
    if (lock === undefined) {
      throw new BusyError(`Cannot send ${this.name} as another process is sending it`);
    }
    this.#lock = lock;
    this.#position = await readPosition(runs.path(this.id), client.url, runPositionSchema);
    this.#doubtfulEnd = length;
    await this.#skipSent();
    return true;
  }

  /** Reads what was sent before, as what comes next depends on it. */
  async #skipSent(): Promise<void> {
    const { sent = 0 } = this.#position ?? {};
    if (sent === 0) return;
    const { values, end } = await this.#options.runs.eventsFrom(this.id, 0, { until: sent });
    if (end === sent) this.#reader.read(values);
    else this.#forget(); // the journal is another
  }

  /** The run as MLflow has it; `undefined` when it is not recorded any more. */
  async #begin(options: CallOptions): Promise<RunPosition | undefined> {
    const { runs, client } = this.#options;
    if (this.#position && !this.#checked) {
      const run = await client.runs.get(this.#position.runId, options);
      if (run) checkActive(run, { id: this.id, server: client.url });
      else this.#forget();
    }
    if (this.#position === undefined) {
      const { values: [start] } = await runs.eventsFrom(this.id, 0);
      if (start?.type !== "start") return undefined;
      this.#position = await openMlflowRun(start, this.#options, options);
      await this.#keep({});
    }
    this.#checked = true;
    return this.#position;
  }

  /** @returns whether there was something. */
  async #sendNext(position: RunPosition, options: CallOptions): Promise<boolean> {
    const { runId } = position;
    if (this.#sending === undefined) {
      const { values, end } = await this.#options.runs.eventsFrom(this.id, position.sent);
      if (end === position.sent) return false;
      this.#sending = { part: this.#reader.read(values), end };
    }
    const { part, end } = this.#sending;
    try {
      const metrics = await this.#missing(part, position, options);
      await this.#sender.log(runId, { ...part, metrics }, options);
      await this.#sender.logInputs(runId, part.inputs, options);
    } catch (error) {
      this.#doubtfulEnd = Math.max(this.#doubtfulEnd, end);
      this.#known = undefined;
      throw error;
    }
    this.#sending = undefined;
    this.#isLost = false;
    if (end >= this.#doubtfulEnd && !position.adopted) this.#known = undefined;
    await this.#keep({ sent: end, owed: [...new Set([...position.owed, ...part.files])] });
    return true;
  }

  /** The part's points, without those that MLflow may have and does have. */
  async #missing(
    { metrics }: RunPart,
    { runId, sent, adopted }: RunPosition,
    options: CallOptions,
  ): Promise<RunPart["metrics"]> {
    if (sent >= this.#doubtfulEnd && !adopted) return metrics;
    const since = this.#reader.state.start?.time;
    this.#known ??= new KnownPoints(
      this.#options.client,
      runId,
      adopted && since !== undefined ? { since } : {},
    );
    return await this.#known.missing(metrics, options);
  }

  /** When all events are sent: the files, and how the run stands. */
  async #settle(alive: boolean, options: CallOptions): Promise<void> {
    let failure: unknown;
    try {
      await this.#sendFiles(options);
    } catch (error) {
      failure = error; // storage that is away must not keep the run's end from being told
    }
    await this.#tellStatus(alive, options);
    if (failure !== undefined) throw failure;
  }

  async #sendFiles(options: CallOptions): Promise<void> {
    while (this.#position!.owed.length > 0 && !this.#isUnreachable) {
      const { artifactUri, owed: [name, ...rest] } = this.#position!;
      try {
        await this.#sender.upload(artifactUri, name!, await this.#filesOf(name!), options);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        this.#isUnreachable = true; // until somebody changes the settings
        return this.#options.notice(messageOf(error));
      }
      await this.#keep({ owed: rest });
    }
  }

  /** None when they were deleted meanwhile. */
  async #filesOf(name: string): Promise<Files> {
    try {
      return await this.#options.runs.attachment(this.id, name);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return name === STEPS_FILE ? { "": encodeJson(this.#reader.state.steps) } : {};
    }
  }

  /** What MLflow was not told yet of the run's end, or of its going on. */
  async #tellStatus(alive: boolean, options: CallOptions): Promise<void> {
    const { runId, adopted, status: told } = this.#position!;
    const { state } = this.#reader;
    const status = state.status !== "RUNNING" || alive ? state.status : "KILLED";
    if (adopted || status === told) return;
    await this.#sender.tellStatus(runId, status, state, options);
    await this.#keep({ status });
  }

  /** MLflow does not have the run any more: from the beginning, into another. */
  #forget(): void {
    this.#position = undefined;
    this.#reader = new EventReader();
    this.#sending = undefined;
    this.#known = undefined;
  }

  async #keep(changes: Partial<RunPosition>): Promise<void> {
    const { runs, client } = this.#options;
    this.#position = { ...this.#position!, ...changes };
    await writePosition(runs.path(this.id), client.url, this.#position);
  }
}
