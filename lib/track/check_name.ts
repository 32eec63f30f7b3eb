/**
 * What attachments, models and aliases may be called. Pure.
 *
 * @module
 */
import { isKey } from "../pipeline/check_key.ts";

/**
 * Checks a name that becomes a file's or folder's.
 * @param what for the message: `a model`
 * @throws {TypeError} when it has anything but letters, digits, `_`, `-` and `.`.
 */
export function checkName(what: string, name: string): void {
  if (name.includes("/") || name.length > 128 || !isKey(name)) {
    throw new TypeError(
      `Cannot name ${what} ${JSON.stringify(name)}: give at most 128 letters, digits, "_", "-" ` +
        `and "."`,
    );
  }
}
