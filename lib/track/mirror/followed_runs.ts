/**
 * Runs on disk, and somebody who is told of what is recorded.
 *
 * @module
 */
import type { Files } from "../../pipeline/artifact_store.ts";
import type { JournalEvent, StartEvent } from "../journal_event.ts";
import type { RunSink } from "../recorded_run.ts";
import type { RunStorage } from "../recorded_tracker.ts";

/** Who is told. */
export interface RunFollower {
  /** A run is being recorded. */
  onOpen(id: string): void;
  /** A run is about to be deleted. */
  onRemove(id: string): Promise<void>;
  /** Something was recorded. */
  onChange(): void;
}

/** A storage that tells of every change, after it was made. */
export class FollowedRuns implements RunStorage {
  readonly #runs: RunStorage;
  readonly #follower: RunFollower;

  constructor(runs: RunStorage, follower: RunFollower) {
    this.#runs = runs;
    this.#follower = follower;
  }

  starts(): Promise<readonly StartEvent[]> {
    return this.#runs.starts();
  }

  events(id: string): Promise<readonly JournalEvent[]> {
    return this.#runs.events(id);
  }

  isOpen(id: string): Promise<boolean> {
    return this.#runs.isOpen(id);
  }

  attachment(id: string, name: string): Promise<Files> {
    return this.#runs.attachment(id, name);
  }

  async remove(id: string): Promise<void> {
    if (!await this.#runs.isOpen(id)) await this.#follower.onRemove(id);
    await this.#runs.remove(id);
  }

  async create(start: StartEvent): Promise<RunSink> {
    return this.#follow(start.id, await this.#runs.create(start));
  }

  async reopen(id: string, events: readonly JournalEvent[]): Promise<RunSink | undefined> {
    const sink = await this.#runs.reopen(id, events);
    return sink && this.#follow(id, sink);
  }

  #follow(id: string, sink: RunSink): RunSink {
    const follower = this.#follower;
    follower.onOpen(id);
    const told = async (change: Promise<void>) => {
      await change;
      follower.onChange();
    };
    return {
      append: (event) => told(sink.append(event)),
      attach: (name, files) => sink.attach(name, files), // an event follows
      close: () => told(sink.close()),
    };
  }
}
