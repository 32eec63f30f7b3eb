/**
 * JSON from a request.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";

/**
 * Parses JSON and reads something out of it. Python writes NaN and Infinity into JSON,
 * which has neither: where that is what is wrong, `read` is shown them as texts, and so
 * says where they are.
 *
 * @throws {DataError} what `read` throws, or that it is no JSON.
 */
export function parseJson<T>(text: string, read: (value: unknown) => T): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuseNotANumber(text, read);
    throw new DataError(`Cannot parse the body as JSON: ${messageOf(error)}`);
  }
  return read(value);
}

function refuseNotANumber(text: string, read: (value: unknown) => unknown): void {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/(?<=[[,\s])-?(?:NaN|Infinity)(?=[\],\s])/g, '"$&"'));
  } catch {
    return; // Something else is wrong too.
  }
  read(value);
}
