/**
 * A run that turns what is recorded into events, wherever they are kept.
 *
 * @module
 */
import { showValue } from "../pipeline/check_values.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import { checkFileNames } from "../pipeline/digest_files.ts";
import type { JsonValue } from "../pipeline/port.ts";
import type {
  DatasetInput,
  ModelRegistry,
  Run,
  RunStatus,
  StepReport,
} from "../pipeline/tracker.ts";
import { checkName } from "./check_name.ts";
import { checkJournalEvent, type JournalEvent } from "./journal_event.ts";

/** Where the events of one run go. */
export interface RunSink {
  append(event: JournalEvent): Promise<void>;
  /** Keeps files, all or nothing. */
  attach(name: string, files: Files): Promise<void>;
  /** Nothing is written after it. */
  close(): Promise<void>;
}

/** What a run starts with. */
export interface RecordedRunOptions {
  readonly id: string;
  readonly resumed: boolean;
  /** Those given so far. */
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly registry: ModelRegistry;
  readonly now: () => number;
}

/** A run being recorded into a sink. */
export class RecordedRun implements Run {
  readonly id: string;
  readonly resumed: boolean;
  readonly registry: ModelRegistry;
  readonly #sink: RunSink;
  readonly #now: () => number;
  readonly #params: Map<string, JsonValue>;
  #ended = false;

  constructor(sink: RunSink, options: RecordedRunOptions) {
    this.id = options.id;
    this.resumed = options.resumed;
    this.registry = options.registry;
    this.#sink = sink;
    this.#now = options.now;
    this.#params = new Map(Object.entries(options.params));
  }

  async log(metrics: Readonly<Record<string, number>>, step: number): Promise<void> {
    await this.#append({ type: "metrics", time: this.#now(), step, values: { ...metrics } });
  }

  async tag(tags: Readonly<Record<string, string>>): Promise<void> {
    await this.#append({ type: "tags", time: this.#now(), tags: { ...tags } });
  }

  async params(params: Readonly<Record<string, JsonValue>>): Promise<void> {
    for (const [name, value] of Object.entries(params)) {
      const known = this.#params.get(name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
        throw new RangeError(
          `Cannot change parameter "${name}" of run ${this.id} from ${showValue(known)} to ` +
            `${showValue(value)}: parameters never change once given`,
        );
      }
    }
    for (const [name, value] of Object.entries(params)) this.#params.set(name, value);
    await this.#append({ type: "params", time: this.#now(), params: { ...params } });
  }

  async attach(name: string, files: Files): Promise<void> {
    checkName("an attachment", name);
    checkFileNames(Object.keys(files));
    this.#checkOpen();
    await this.#sink.attach(name, files);
    await this.#append({ type: "attachment", time: this.#now(), name });
  }

  async input(dataset: DatasetInput): Promise<void> {
    await this.#append({ type: "input", time: this.#now(), dataset: { ...dataset } });
  }

  async step(report: StepReport): Promise<void> {
    await this.#append({ type: "step", time: this.#now(), report: { ...report } });
  }

  async end(status: Exclude<RunStatus, "RUNNING">, error?: string): Promise<void> {
    this.#checkOpen();
    const event = { type: "end", time: this.#now(), status, error: error ?? null } as const;
    checkJournalEvent(event);
    this.#ended = true;
    try {
      await this.#sink.append(event);
    } finally {
      await this.#sink.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.end("KILLED");
  }

  async #append(event: JournalEvent): Promise<void> {
    this.#checkOpen();
    checkJournalEvent(event);
    await this.#sink.append(event);
  }

  #checkOpen(): void {
    if (this.#ended) throw new Error(`Cannot record anything more as run ${this.id} has ended`);
  }
}
