/**
 * Errors of the disk, as one sentence about what could not be done.
 *
 * @module
 */
import { diskReason } from "../base/disk_reason.ts";
import { UnavailableError } from "../base/errors.ts";

/**
 * What to throw for something that a disk refused. Errors that no disk made stay as they are.
 * @param what begins the message: `Cannot store artifacts in /home/me/.digits`
 */
export function storageError(what: string, error: unknown): unknown {
  const reason = diskReason(error);
  if (reason === undefined) return error;
  return new UnavailableError(`${what} as ${reason}`, { cause: error });
}
