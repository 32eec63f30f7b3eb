/**
 * Parts that MLflow's answers have in common. Its JSON leaves out whatever is empty, zero or false.
 *
 * @module
 */
import * as v from "valibot";

/** Text; left out when empty. */
export const textSchema = v.optional(v.string(), "");

/** An id or other text that may be missing: null then. */
export const textOrNullSchema = v.pipe(
  v.optional(v.nullable(v.string()), null),
  v.transform((text) => text || null),
);

/** A whole number; 64-bit ones may come as text. */
export const integerSchema = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number))]),
  v.safeInteger(),
);

/** A whole number; left out when 0. */
export const countSchema = v.optional(integerSchema, 0);

/** Milliseconds since 1970; null when there is none. */
export const timeOrNullSchema = v.pipe(
  v.optional(v.nullable(integerSchema), null),
  v.transform((time) => time || null),
);

/** Keys and values in a list, as a record. */
export const keyValuesSchema = v.pipe(
  v.optional(v.array(v.object({ key: v.string(), value: textSchema })), []),
  v.transform((pairs): Readonly<Record<string, string>> =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
  ),
);

/** A record as MLflow's JSON wants it. */
export function toKeyValues(
  record: Readonly<Record<string, string>> = {},
): { readonly key: string; readonly value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
