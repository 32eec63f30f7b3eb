/**
 * From the events of a run to its record. Pure.
 *
 * @module
 */
import type { JsonValue } from "../pipeline/port.ts";
import type {
  DatasetInput,
  MetricPoint,
  ModelVersion,
  RunRecord,
  RunStatus,
  StepReport,
} from "../pipeline/tracker.ts";
import type { JournalEvent } from "./journal_event.ts";

/** What the events do not say. */
export interface RunRecordOptions {
  /** Whether somebody is recording the run right now. */
  readonly alive: boolean;
  /** Those that the run made. */
  readonly modelVersions: readonly ModelVersion[];
}

/** The record of a run; `undefined` when the events don't begin with a start. */
export function foldRun(
  events: readonly JournalEvent[],
  { alive, modelVersions }: RunRecordOptions,
): RunRecord | undefined {
  const [start, ...rest] = events;
  if (start?.type !== "start") return undefined;
  const params = new Map<string, JsonValue>(Object.entries(start.params));
  const tags = new Map(Object.entries(start.tags));
  const points: (MetricPoint & { readonly session: number })[] = [];
  const lastSessions = new Map<string, number>();
  let session = 0;
  const steps = new Map<string, StepReport>();
  const attachments = new Set<string>();
  const inputs = new Map<string, DatasetInput>();
  let end: { status: RunStatus; time: number; error: string | null } | undefined;
  for (const event of rest) {
    switch (event.type) {
      case "resume":
        end = undefined;
        session++;
        break;
      case "metrics":
        for (const [name, value] of Object.entries(event.values)) {
          points.push({ name, value, step: event.step, time: event.time, session });
          lastSessions.set(`${event.step} ${name}`, session);
        }
        break;
      case "tags":
        setAll(tags, event.tags);
        break;
      case "params":
        setAll(params, event.params);
        break;
      case "attachment":
        attachments.add(event.name);
        break;
      case "input": {
        const { name, digest, context } = event.dataset;
        const key = JSON.stringify([name, digest, context]);
        if (!inputs.has(key)) inputs.set(key, event.dataset);
        break;
      }
      case "step":
        steps.delete(event.report.name); // so that a step done again comes where it was done
        steps.set(event.report.name, event.report);
        break;
      case "end":
        end = event;
        break;
    }
  }
  return {
    id: start.id,
    experiment: start.experiment,
    name: start.name,
    status: end?.status ?? (alive ? "RUNNING" : "KILLED"),
    startedAt: start.time,
    endedAt: end?.time ?? null,
    params: Object.fromEntries(params),
    tags: Object.fromEntries(tags),
    metrics: points
      // What an interrupted process logged does not count where its successor did that work again.
      .filter((point) => lastSessions.get(`${point.step} ${point.name}`) === point.session)
      .map(({ name, value, step, time }) => ({ name, value, step, time })),
    steps: [...steps.values()],
    attachments: [...attachments],
    inputs: [...inputs.values()],
    modelVersions,
    error: end?.error ?? null,
  };
}

function setAll<T>(map: Map<string, T>, record: Readonly<Record<string, T>>): void {
  for (const [name, value] of Object.entries(record)) map.set(name, value);
}
