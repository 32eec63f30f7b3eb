/**
 * What happens to one registered model, one event a line of its journal.
 *
 * @module
 */
import * as v from "valibot";
import { checkEvent } from "./check_event.ts";
import { modelInterfaceSchema } from "./tensor_schema.ts";

const versionNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const schema = v.variant("type", [
  v.object({
    type: v.literal("version"),
    time: v.number(),
    version: versionNumber,
    sha256: v.string(),
    runId: v.string(),
    tags: v.record(v.string(), v.string()),
    /** Earlier versions of this program wrote none. */
    interface: v.optional(v.nullable(modelInterfaceSchema), null),
  }),
  v.object({
    type: v.literal("alias"),
    time: v.number(),
    alias: v.string(),
    version: versionNumber,
  }),
]);

/** A version was made, or an alias moved. `time` is in milliseconds since 1970. */
export type RegistryEvent = v.InferOutput<typeof schema>;
/** A version was made. */
export type VersionEvent = Extract<RegistryEvent, { type: "version" }>;

/** An event from JSON; `undefined` when it is none that this version knows. */
export function parseRegistryEvent(json: unknown): RegistryEvent | undefined {
  const parsed = v.safeParse(schema, json);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Checks that an event, once written, can be read back.
 * @throws {TypeError} when it can't: not every caller writes TypeScript.
 */
export function checkRegistryEvent(event: RegistryEvent): void {
  checkEvent(schema, event);
}
