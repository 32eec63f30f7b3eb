/**
 * A tracker and reader of runs, wherever their events are kept.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import type {
  ModelRegistry,
  ModelVersion,
  Run,
  RunOptions,
  RunReader,
  RunRecord,
  Tracker,
} from "../pipeline/tracker.ts";
import { checkName } from "./check_name.ts";
import { checkJournalEvent, type JournalEvent, type StartEvent } from "./journal_event.ts";
import { RecordedRun, type RecordedRunOptions, type RunSink } from "./recorded_run.ts";
import { foldRun } from "./run_record.ts";

/** Keeps the events and attachments of runs. */
export interface RunStorage {
  /** The first events of all runs that have one. */
  starts(): Promise<readonly StartEvent[]>;
  /** Every event of a run, oldest first; none when there is no such run. */
  events(id: string): Promise<readonly JournalEvent[]>;
  /** Whether somebody is recording the run right now. */
  isOpen(id: string): Promise<boolean>;
  /** Makes a run and opens it, all or nothing. */
  create(start: StartEvent): Promise<RunSink>;
  /** Opens a run again to go on with these events; `undefined` when somebody has it open. */
  reopen(id: string, events: readonly JournalEvent[]): Promise<RunSink | undefined>;
  /** @throws {DataError} when there is no such attachment. */
  attachment(id: string, name: string): Promise<Files>;
  /**
   * Forgets a run.
   * @throws {BusyError} when somebody has it open.
   */
  remove(id: string): Promise<void>;
}

/** Both directions at once. */
export class RecordedTracker implements Tracker, RunReader {
  readonly registry: ModelRegistry;
  readonly #storage: RunStorage;
  readonly #now: () => number;

  constructor(
    storage: RunStorage,
    options: { readonly registry: ModelRegistry; readonly now: () => number },
  ) {
    this.registry = options.registry;
    this.#storage = storage;
    this.#now = options.now;
  }

  async start(options: RunOptions): Promise<Run> {
    return await this.#continue(options) ?? await this.#begin(options);
  }

  async listRuns(): Promise<readonly RunRecord[]> {
    const versions = await this.#versionsByRun();
    const starts = [...await this.#storage.starts()].sort((a, b) => b.time - a.time);
    const records: RunRecord[] = [];
    for (const { id } of starts) {
      const record = await this.#record(id, versions);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  async readRun(id: string): Promise<RunRecord> {
    const record = await this.#record(id, await this.#versionsByRun());
    if (record === undefined) throw new DataError(`Cannot read run ${id} as there is none`);
    return record;
  }

  async readAttachment(id: string, name: string): Promise<Files> {
    checkName("an attachment", name);
    return await this.#storage.attachment((await this.readRun(id)).id, name);
  }

  async deleteRun(id: string): Promise<void> {
    await this.#storage.remove((await this.readRun(id)).id);
  }

  async #begin(options: RunOptions): Promise<Run> {
    const id = crypto.randomUUID().replaceAll("-", ""); // MLflow's form
    const { experiment, name, params, tags, resumeKey } = options;
    const about = { schemaVersion: 1, id, experiment, name, params, tags, resumeKey } as const;
    const start = { type: "start", time: this.#now(), ...about } as const;
    checkJournalEvent(start);
    const sink = await this.#storage.create(start);
    return this.#run(sink, { id, resumed: false, params });
  }

  /** Goes on with the newest run of that key, if it was interrupted. */
  async #continue({ resumeKey, tags }: RunOptions): Promise<Run | undefined> {
    const last = (await this.#storage.starts())
      .filter((start) => start.resumeKey === resumeKey)
      .reduce<StartEvent | undefined>((a, b) => a && a.time > b.time ? a : b, undefined);
    const record = last && await this.#record(last.id, new Map());
    if (record?.status !== "KILLED") return undefined;
    const { id, params } = record;
    const time = this.#now();
    const events: JournalEvent[] = [{ type: "resume", time }, { type: "tags", time, tags }];
    events.forEach(checkJournalEvent);
    const sink = await this.#storage.reopen(id, events);
    return sink && this.#run(sink, { id, resumed: true, params });
  }

  #run(sink: RunSink, options: Pick<RecordedRunOptions, "id" | "resumed" | "params">): Run {
    return new RecordedRun(sink, { ...options, registry: this.registry, now: this.#now });
  }

  async #record(
    id: string,
    versions: ReadonlyMap<string, readonly ModelVersion[]>,
  ): Promise<RunRecord | undefined> {
    const alive = await this.#storage.isOpen(id); // before reading: it may end meanwhile
    const events = await this.#storage.events(id);
    return foldRun(events, { alive, modelVersions: versions.get(id) ?? [] });
  }

  async #versionsByRun(): Promise<ReadonlyMap<string, readonly ModelVersion[]>> {
    const names = await this.registry.names();
    const versions = await Promise.all(names.map((name) => this.registry.versions(name)));
    return Map.groupBy(versions.flat(), ({ runId }) => runId);
  }
}
