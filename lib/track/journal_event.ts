/**
 * What happens to a run, one event a line of its journal.
 *
 * @module
 */
import * as v from "valibot";
import { isJson } from "../pipeline/check_values.ts";
import type { JsonValue } from "../pipeline/port.ts";
import { checkEvent } from "./check_event.ts";
import { tensorSchema } from "./tensor_schema.ts";

const time = v.number();
const params = v.record(v.string(), v.custom<JsonValue>(isJson));
const tags = v.record(v.string(), v.string());

// JSON has no word for these three numbers; MLflow uses the same texts.
const special = { NaN, Infinity, "-Infinity": -Infinity };
const metric = v.union([
  v.number(),
  v.pipe(v.picklist(["NaN", "Infinity", "-Infinity"]), v.transform((name) => special[name])),
]);

const startSchema = v.object({
  type: v.literal("start"),
  time,
  schemaVersion: v.literal(1),
  id: v.string(),
  experiment: v.string(),
  name: v.string(),
  params,
  tags,
  resumeKey: v.string(),
});

const schema = v.variant("type", [
  startSchema,
  /** Another process goes on recording. */
  v.object({ type: v.literal("resume"), time }),
  v.object({
    type: v.literal("metrics"),
    time,
    step: v.pipe(v.number(), v.safeInteger()),
    values: v.record(v.string(), metric),
  }),
  v.object({ type: v.literal("tags"), time, tags }),
  v.object({ type: v.literal("params"), time, params }),
  v.object({ type: v.literal("attachment"), time, name: v.string() }),
  v.object({
    type: v.literal("input"),
    time,
    dataset: v.object({
      name: v.string(),
      digest: v.pipe(v.string(), v.maxLength(36)),
      context: v.picklist(["training", "validation", "test"]),
      uri: v.string(),
      count: v.number(),
      features: tensorSchema,
      targets: tensorSchema,
    }),
  }),
  v.object({
    type: v.literal("step"),
    time,
    report: v.object({
      name: v.string(),
      state: v.picklist(["succeeded", "failed", "skipped"]),
      seconds: v.number(),
      cached: v.boolean(),
      error: v.exactOptional(v.string()),
    }),
  }),
  v.object({
    type: v.literal("end"),
    time,
    status: v.picklist(["FINISHED", "FAILED", "KILLED"]),
    error: v.nullable(v.string()),
  }),
]);

/** Something that happened to a run. `time` is in milliseconds since 1970. */
export type JournalEvent = v.InferOutput<typeof schema>;
/** Every run's first event. */
export type StartEvent = v.InferOutput<typeof startSchema>;

/** An event from JSON; `undefined` when it is none that this version knows. */
export function parseJournalEvent(json: unknown): JournalEvent | undefined {
  const parsed = v.safeParse(schema, json);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Checks that an event, once written, can be read back.
 * @throws {TypeError} when it can't: not every caller writes TypeScript.
 */
export function checkJournalEvent(event: JournalEvent): void {
  checkEvent(schema, toJournalJson(event));
}

/** An event as JSON that {@linkcode parseJournalEvent} reads. */
export function toJournalJson(event: JournalEvent): unknown {
  if (event.type !== "metrics") return event;
  const values = Object.entries(event.values).map((
    [name, value],
  ) => [name, Number.isFinite(value) ? value : String(value)]);
  return { ...event, values: Object.fromEntries(values) };
}
