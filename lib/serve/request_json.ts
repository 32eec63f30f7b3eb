/**
 * What JSON of a request has in it, checked as it is read.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";

/** An object as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The `parameters` of a request or a tensor; none, or null as Python writes that, is as good as empty ones. */
export function parametersOf({ parameters }: JsonObject, path: string): JsonObject {
  if (parameters === undefined || parameters === null) return {};
  if (isObject(parameters)) return parameters;
  throw unreadable(path === "" ? "parameters" : `${path}.parameters`, "an object", parameters);
}

/** Yes or no; no when it is not said. */
export function readFlag(value: unknown, path: string): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw unreadable(path, "true or false", value);
}

/** What can't be read, as one sentence. */
export function unreadable(path: string, wanted: string, value: unknown): DataError {
  return new DataError(`Cannot read ${path} as ${wanted}: got ${describe(value)}`);
}

/** A value in an error: short, whatever it is. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") {
    return JSON.stringify(value.length > 20 ? value.slice(0, 20) + "…" : value);
  }
  return value === undefined ? "nothing" : String(value);
}
