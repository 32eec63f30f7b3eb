/**
 * Parts that Kubeflow's answers have in common. Its JSON leaves out whatever is empty.
 *
 * @module
 */
import * as v from "valibot";
import type { JsonValue } from "../../pipeline/port.ts";

/** Text; left out when empty. */
export const textSchema = v.optional(v.string(), "");

/** Text that may be missing: null then. */
export const textOrNullSchema = v.pipe(
  v.optional(v.nullable(v.string()), null),
  v.transform((text) => text || null),
);

/** Milliseconds since 1970; null for no time, which Kubeflow also writes as 1970. */
export const timeOrNullSchema = v.pipe(
  v.optional(v.nullable(v.string()), null),
  v.transform((text) => {
    const time = Date.parse(text ?? "");
    return time > 0 ? time : null;
  }),
);

/** A whole number of 64 bits, which JSON has as text. */
export const integerSchema = v.pipe(
  v.optional(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number))]),
    0,
  ),
  v.safeInteger(),
);

/** Any JSON. */
export const jsonSchema: v.GenericSchema<unknown, JsonValue> = v.custom<JsonValue>(() => true);

/** JSON by name; left out when empty. */
export const recordSchema: v.GenericSchema<unknown, Readonly<Record<string, JsonValue>>> = v
  .optional(v.record(v.string(), jsonSchema), {});

/** gRPC's status in an answer: its message; null when all is well. */
export const errorSchema = v.pipe(
  v.optional(v.nullable(v.object({ message: textSchema })), null),
  v.transform((status) => status?.message.trim() || null),
);
