/**
 * Runs on disk: for each a folder with its journal and what was attached to it, and
 * beside that a lock file as long as it is being recorded.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { BusyError, DataError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless_missing.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import { storageError } from "../pipeline/storage_error.ts";
import { namesIn, readFiles, remove, replace, writeFiles } from "./disk_files.ts";
import { isLocked, lockFile, tryLockFile } from "./file_lock.ts";
import {
  type JournalEvent,
  parseJournalEvent,
  type StartEvent,
  toJournalJson,
} from "./journal_event.ts";
import {
  hasWholeLine,
  JournalFile,
  type JournalPart,
  readJournal,
  readJournalPart,
  readJournalStart,
} from "./journal_file.ts";
import type { RunSink } from "./recorded_run.ts";
import type { RunStorage } from "./recorded_tracker.ts";

const idPattern = /^[0-9a-f]{32}$/;
/** The folder in a run's folder where attachments are prepared. */
const scratchName = ".attaching";

/** Keeps runs below a folder. */
export class RunFolders implements RunStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async starts(): Promise<readonly StartEvent[]> {
    return await this.#onDisk("read", async () => {
      const starts: StartEvent[] = [];
      for (const id of await this.#ids()) { // one by one: thousands can't be open at once
        const start = await readJournalStart(this.#journal(id), parseJournalEvent);
        if (start?.type === "start") starts.push(start);
      }
      return starts;
    });
  }

  async events(id: string): Promise<readonly JournalEvent[]> {
    if (!idPattern.test(id)) return [];
    return await this.#onDisk("read", () => readJournal(this.#journal(id), parseJournalEvent));
  }

  /** Events from an offset on, where one begins: some, or all up to `until`, where one ends. */
  async eventsFrom(
    id: string,
    offset: number,
    { until }: { readonly until?: number } = {},
  ): Promise<JournalPart<JournalEvent>> {
    const maxBytes = until === undefined ? {} : { maxBytes: until - offset };
    return await this.#onDisk(
      "read",
      () => readJournalPart(this.#journal(id), offset, parseJournalEvent, maxBytes),
    );
  }

  /** Bytes of a run's journal; `undefined` when there is no such run. */
  async journalLength(id: string): Promise<number | undefined> {
    const info = await this.#onDisk("read", () => unlessMissing(Deno.stat(this.#journal(id))));
    return info?.size;
  }

  async isOpen(id: string): Promise<boolean> {
    return idPattern.test(id) && await this.#onDisk("read", () => isLocked(this.#lock(id)));
  }

  async create(start: StartEvent): Promise<RunSink> {
    return await this.#onDisk("record", async () => {
      await Deno.mkdir(this.#folder, { recursive: true });
      await this.#sweep();
      const lock = await lockFile(this.#lock(start.id));
      return await this.#open(start.id, lock, [start]);
    });
  }

  async reopen(id: string, events: readonly JournalEvent[]): Promise<RunSink | undefined> {
    return await this.#onDisk("record", async () => {
      const lock = await tryLockFile(this.#lock(id));
      return lock && await this.#open(id, lock, events);
    });
  }

  async attachment(id: string, name: string): Promise<Files> {
    const files = await this.#onDisk(
      "read",
      () => readFiles(join(this.path(id), "attachments", name)),
    );
    if (files === undefined) {
      throw new DataError(`Cannot read attachment "${name}" of run ${id} as there is none`);
    }
    return files;
  }

  async remove(id: string): Promise<void> {
    if (!await this.#onDisk("delete", () => this.#removeUnlocked(id))) {
      throw new BusyError(`Cannot delete run ${id} as it is being recorded: stop it first`);
    }
  }

  /** The folder of a run. */
  path(id: string): string {
    return join(this.#folder, id);
  }

  #journal(id: string): string {
    return join(this.path(id), "journal.jsonl");
  }

  /** Beside the run's folder, so that it can be locked before that is made. */
  #lock(id: string): string {
    return `${this.path(id)}.lock`;
  }

  /** Of all runs that have a folder or a lock file. */
  async #ids(): Promise<readonly string[]> {
    const names = await namesIn(this.#folder);
    const ids = names.map((name) => name.replace(/\.lock$/, ""));
    return [...new Set(ids)].filter((id) => idPattern.test(id));
  }

  async #open(
    id: string,
    lock: Deno.FsFile,
    events: readonly JournalEvent[],
  ): Promise<RunSink> {
    await using owned = new AsyncDisposableStack();
    owned.use(lock);
    owned.defer(() => remove(this.#lock(id)));
    await Deno.mkdir(this.path(id), { recursive: true });
    const journal = owned.use(await JournalFile.open(this.#journal(id)));
    for (const event of events) {
      await journal.append(toJournalJson(event), { durable: true });
    }
    const removeScratch = () => remove(join(this.path(id), scratchName));
    await removeScratch(); // a process that died may have left some
    owned.defer(removeScratch);
    return new RunFolderSink(this.path(id), journal, owned.move());
  }

  /** Removes what processes left that died before a run had begun, or after it was deleted. */
  async #sweep(): Promise<void> {
    for (const id of await this.#ids()) {
      if (!await hasWholeLine(this.#journal(id))) await this.#removeUnlocked(id);
    }
  }

  async #removeUnlocked(id: string): Promise<boolean> {
    using lock = await tryLockFile(this.#lock(id));
    if (lock === undefined) return false;
    await remove(this.#journal(id)); // first: without it there is no run
    await remove(this.path(id));
    await remove(this.#lock(id));
    return true;
  }

  async #onDisk<T>(verb: "read" | "record" | "delete", work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(`Cannot ${verb} runs in ${this.#folder}`, error);
    }
  }
}

class RunFolderSink implements RunSink {
  readonly #path: string;
  readonly #journal: JournalFile;
  readonly #owned: AsyncDisposableStack;

  constructor(path: string, journal: JournalFile, owned: AsyncDisposableStack) {
    this.#path = path;
    this.#journal = journal;
    this.#owned = owned;
  }

  async append(event: JournalEvent): Promise<void> {
    // What a power cut takes of a run before its end is recorded again when it is continued.
    await this.#journal.append(toJournalJson(event), { durable: event.type === "end" });
  }

  async attach(name: string, files: Files): Promise<void> {
    const scratch = join(this.#path, scratchName, crypto.randomUUID());
    const place = join(this.#path, "attachments", name);
    try {
      await writeFiles(join(scratch, "new"), files);
      await Deno.mkdir(dirname(place), { recursive: true });
      await replace(join(scratch, "new"), place, join(scratch, "old"));
    } catch (error) {
      throw storageError(`Cannot attach "${name}" to the run in ${this.#path}`, error);
    } finally {
      await remove(scratch);
    }
  }

  async close(): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
