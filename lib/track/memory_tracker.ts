/**
 * A tracker that lasts as long as the process.
 *
 * @module
 */
import { BusyError, DataError } from "../base/errors.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import type { ModelVersion, RunReader, Tracker } from "../pipeline/tracker.ts";
import type { JournalEvent, StartEvent } from "./journal_event.ts";
import { type ModelStorage, RecordedRegistry, type RegistryStorage } from "./recorded_registry.ts";
import type { RunSink } from "./recorded_run.ts";
import { RecordedTracker, type RunStorage } from "./recorded_tracker.ts";
import type { RegistryEvent } from "./registry_event.ts";

/**
 * Records runs and keeps models in memory. For tests, and for notebooks that leave
 * nothing behind.
 * @param options.now a clock in milliseconds since 1970
 * @default now Date.now
 */
export function memoryTracker(
  options: { readonly now?: () => number } = {},
): Tracker & RunReader {
  const { now = Date.now } = options;
  const registry = new RecordedRegistry(new MemoryModels(), now);
  return new RecordedTracker(new MemoryRuns(), { registry, now });
}

interface MemoryRun {
  readonly start: StartEvent;
  readonly events: JournalEvent[];
  readonly attachments: Map<string, Files>;
  open: boolean;
}

class MemoryRuns implements RunStorage {
  readonly #runs = new Map<string, MemoryRun>();

  starts(): Promise<readonly StartEvent[]> {
    return Promise.resolve([...this.#runs.values()].map(({ start }) => start));
  }

  events(id: string): Promise<readonly JournalEvent[]> {
    return Promise.resolve([...this.#runs.get(id)?.events ?? []]);
  }

  isOpen(id: string): Promise<boolean> {
    return Promise.resolve(this.#runs.get(id)?.open ?? false);
  }

  create(start: StartEvent): Promise<RunSink> {
    const run = { start, events: [start], attachments: new Map(), open: true };
    this.#runs.set(start.id, run);
    return Promise.resolve(sinkOf(run));
  }

  reopen(id: string, events: readonly JournalEvent[]): Promise<RunSink | undefined> {
    const run = this.#runs.get(id);
    if (run === undefined || run.open) return Promise.resolve(undefined);
    run.open = true;
    run.events.push(...events);
    return Promise.resolve(sinkOf(run));
  }

  attachment(id: string, name: string): Promise<Files> {
    const files = this.#runs.get(id)?.attachments.get(name);
    return files === undefined
      ? Promise.reject(
        new DataError(`Cannot read attachment "${name}" of run ${id} as there is none`),
      )
      : Promise.resolve(copy(files));
  }

  remove(id: string): Promise<void> {
    if (this.#runs.get(id)?.open) {
      return Promise.reject(
        new BusyError(`Cannot delete run ${id} as it is being recorded: stop it first`),
      );
    }
    this.#runs.delete(id);
    return Promise.resolve();
  }
}

function sinkOf(run: MemoryRun): RunSink {
  return {
    append(event) {
      run.events.push(event);
      return Promise.resolve();
    },
    attach(name, files) {
      run.attachments.set(name, copy(files));
      return Promise.resolve();
    },
    close() {
      run.open = false;
      return Promise.resolve();
    },
  };
}

class MemoryModels implements RegistryStorage {
  readonly #events = new Map<string, RegistryEvent[]>();
  readonly #files = new Map<string, Files>();
  #lastChange: Promise<unknown> = Promise.resolve();

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#events.keys()]);
  }

  events(name: string): Promise<readonly RegistryEvent[]> {
    return Promise.resolve([...this.#events.get(name) ?? []]);
  }

  async change<T>(name: string, change: (model: ModelStorage) => Promise<T>): Promise<T> {
    const changed = this.#lastChange.then(() => change(this.#model(name)));
    this.#lastChange = changed.catch(() => {}); // the caller is told; the next is not concerned
    return await changed;
  }

  files(name: string, version: number): Promise<Files | undefined> {
    const files = this.#files.get(this.uri(name, version));
    return Promise.resolve(files && copy(files));
  }

  uri(name: string, version: number): string {
    return `memory:models/${name}/${version}`;
  }

  #model(name: string): ModelStorage {
    return {
      append: (event) => {
        this.#events.set(name, [...this.#events.get(name) ?? [], event]);
        return Promise.resolve();
      },
      write: ({ version }: ModelVersion, files) => {
        this.#files.set(this.uri(name, version), copy(files));
        return Promise.resolve();
      },
    };
  }
}

/** What is kept never changes, whoever writes into the arrays that were given or got. */
function copy(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.slice()]));
}
