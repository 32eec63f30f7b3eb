/**
 * How lists are asked for.
 *
 * @module
 */
import type { CallOptions, Query } from "./kubeflow_http.ts";

/** One thing that all items of a list must fulfil. */
export interface Predicate {
  /** A field, such as `display_name`, `state` or `created_at`. */
  readonly key: string;
  /** How it is compared. */
  readonly operation:
    | "EQUALS"
    | "NOT_EQUALS"
    | "GREATER_THAN"
    | "GREATER_THAN_EQUALS"
    | "LESS_THAN"
    | "LESS_THAN_EQUALS"
    | "IN"
    | "IS_SUBSTRING";
  /** What with; a list for `IN`. A number is milliseconds since 1970 where the field is a time. */
  readonly value: string | number | readonly string[];
}

/** How a list is asked for. */
export interface ListOptions extends CallOptions {
  /** What its items must fulfil. @default nothing */
  readonly filter?: readonly Predicate[];
  /** Such as `created_at desc`. @default the server's order */
  readonly sortBy?: string;
  /** Items in one answer, 200 at most. @default {100} */
  readonly pageSize?: number;
}

/** The query that asks for one page. */
export function listQuery(
  { filter = [], sortBy, pageSize = 100 }: ListOptions,
  token: string | undefined,
): Query {
  return {
    page_size: pageSize,
    page_token: token,
    sort_by: sortBy,
    filter: filter.length === 0 ? undefined : encodeFilter(filter),
  };
}

/** Kubeflow's filter language: JSON in a query's value. */
export function encodeFilter(filter: readonly Predicate[]): string {
  return JSON.stringify({
    predicates: filter.map(({ key, operation, value }) => ({
      operation,
      key,
      ...encodeValue(key, value),
    })),
  });
}

function encodeValue(key: string, value: Predicate["value"]): Readonly<Record<string, unknown>> {
  if (typeof value === "string") return { string_value: value };
  if (typeof value !== "number") return { string_values: { values: value } };
  return /_at$/.test(key)
    ? { timestamp_value: new Date(value).toISOString() }
    : { long_value: String(value) };
}
