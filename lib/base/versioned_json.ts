/**
 * JSON files that say which version of their form they have.
 *
 * @module
 */
import * as v from "valibot";
import { DataError, messageOf } from "./errors.ts";

/** What a file must be. */
export interface JsonForm<T> {
  /** For errors. */
  readonly name: string;
  /** The only `schemaVersion` that is read. */
  readonly schemaVersion: number;
  readonly schema: v.GenericSchema<unknown, T>;
}

/**
 * Reads such a file.
 *
 * @throws {DataError} naming the file, and the path within it that is not right.
 */
export function decodeVersionedJson<T>(
  bytes: Uint8Array | undefined,
  { name, schemaVersion, schema }: JsonForm<T>,
): T {
  if (!bytes) throw new DataError(`Cannot read ${name} as there is no such file`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new DataError(`Cannot read ${name} as it is not JSON: ${messageOf(error)}`);
  }
  const { schemaVersion: found } = parse(v.object({ schemaVersion: v.number() }), json, name);
  if (found !== schemaVersion) {
    throw new DataError(
      `Cannot read ${name} as its schema version is ${found}: this release reads ` +
        `version ${schemaVersion}; use the release that wrote it, or make it anew`,
    );
  }
  return parse(schema, json, name);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, json: unknown, name: string): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new DataError(
    `Cannot read ${name} as ${v.getDotPath(issue) ?? "it"} is wrong: ${issue.message}`,
  );
}
