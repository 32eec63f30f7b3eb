/**
 * Lists in the answers of servers, which come in pages.
 *
 * @module
 */
import * as v from "valibot";

/** A list; left out when empty. */
export function listSchema<T>(
  item: v.GenericSchema<unknown, T>,
): v.OptionalSchema<v.ArraySchema<v.GenericSchema<unknown, T>, undefined>, readonly []> {
  return v.optional(v.array(item), []);
}

/** Where the next page of a list begins; `undefined` on the last. */
export const pageTokenSchema = v.pipe(
  v.optional(v.nullable(v.string()), null),
  v.transform((token) => token || undefined),
);
