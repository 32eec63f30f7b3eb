/**
 * From events of a journal to what is to be sent. Pure.
 *
 * @module
 */
import type { DatasetInput, MetricPoint, RunStatus, StepReport } from "../../pipeline/tracker.ts";
import type { JournalEvent, StartEvent } from "../journal_event.ts";
import { entityKey, NOTE_TAG, paramText } from "./mlflow_words.ts";

/** The file that a run's step reports are sent as. */
export const STEPS_FILE = "steps.json";

/** What a part of a journal comes to. Names and values are as MLflow takes them. */
export interface RunPart {
  /** In order, without those that an interrupted process logged before. */
  readonly metrics: readonly MetricPoint[];
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly inputs: readonly DatasetInput[];
  /** Attachments whose files have changed, and {@linkcode STEPS_FILE} after a step. */
  readonly files: readonly string[];
}

/** How a run stands at the end of what was read. */
export interface RunState {
  readonly start: StartEvent | undefined;
  /** RUNNING when it has no end. */
  readonly status: RunStatus;
  /** Of the last event; milliseconds since 1970. */
  readonly time: number;
  /** What it ended with. */
  readonly error: string | null;
  /** Whether the run says itself what its page shows. */
  readonly hasNote: boolean;
  /** The last report of each step. */
  readonly steps: readonly StepReport[];
  /** The point of the highest step of each metric. */
  readonly last: readonly MetricPoint[];
}

/** Reads the parts of one journal, each once and in order. */
export class EventReader {
  #start: StartEvent | undefined;
  #status: RunStatus = "RUNNING";
  #time = 0;
  #error: string | null = null;
  #hasNote = false;
  readonly #steps = new Map<string, StepReport>();
  readonly #last = new Map<string, MetricPoint>();
  /** Points of the processes before the present one. */
  readonly #earlier = new Set<string>();
  readonly #present: string[] = [];

  /** How the run stands now. */
  get state(): RunState {
    return {
      start: this.#start,
      status: this.#status,
      time: this.#time,
      error: this.#error,
      hasNote: this.#hasNote,
      steps: [...this.#steps.values()],
      last: [...this.#last.values()],
    };
  }

  /** Takes in the next events. */
  read(events: readonly JournalEvent[]): RunPart {
    const metrics: MetricPoint[] = [];
    const params: Record<string, string> = {};
    const tags: Record<string, string> = {};
    const inputs: DatasetInput[] = [];
    const files = new Set<string>();
    for (const event of events) {
      this.#time = event.time;
      switch (event.type) {
        case "start":
          this.#start = event;
          this.#addParams(params, event.params);
          this.#addTags(tags, event.tags);
          break;
        case "resume":
          for (const point of this.#present.splice(0)) this.#earlier.add(point);
          this.#status = "RUNNING";
          this.#error = null;
          break;
        case "metrics":
          for (const [name, value] of Object.entries(event.values)) {
            const point = { name: entityKey(name), value, step: event.step, time: event.time };
            if (point.step >= (this.#last.get(name)?.step ?? -Infinity)) {
              this.#last.set(name, point);
            }
            if (this.#isNew(point)) metrics.push(point);
          }
          break;
        case "params":
          this.#addParams(params, event.params);
          break;
        case "tags":
          this.#addTags(tags, event.tags);
          break;
        case "input":
          inputs.push(event.dataset);
          break;
        case "attachment":
          files.add(event.name);
          break;
        case "step":
          this.#steps.delete(event.report.name); // one that is done again comes where it was done
          this.#steps.set(event.report.name, event.report);
          files.add(STEPS_FILE);
          break;
        case "end":
          this.#status = event.status;
          this.#error = event.error;
          break;
      }
    }
    return { metrics, params, tags, inputs, files: [...files] };
  }

  /**
   * Training is deterministic, so what an interrupted process logged is what its successor
   * logs when it does that work again.
   */
  #isNew({ name, step }: MetricPoint): boolean {
    const point = `${step} ${name}`;
    this.#present.push(point);
    return !this.#earlier.has(point);
  }

  #addParams(
    to: Record<string, string>,
    params: Extract<JournalEvent, { type: "params" }>["params"],
  ): void {
    for (const [name, value] of Object.entries(params)) to[entityKey(name)] = paramText(value);
  }

  #addTags(to: Record<string, string>, tags: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(tags)) to[entityKey(name)] = value;
    this.#hasNote ||= NOTE_TAG in tags;
  }
}
