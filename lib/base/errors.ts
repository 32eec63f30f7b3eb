/**
 * The errors a caller may want to tell apart. Everything else that goes wrong
 * by a programmer's mistake is a built-in `TypeError` or `RangeError`.
 *
 * @module
 */

/** A command, flag or setting that makes no sense as given. The command line ends with exit code 2. */
export class UsageError extends Error {
  /** The class, for logs. */
  override name = "UsageError";
}

/** Bytes from outside (a file, a download, a stored artifact) that are not what they should be. */
export class DataError extends Error {
  /** The class, for logs. */
  override name = "DataError";
}

/** Something from outside (a server, a disk, a native library) that can't be had right now. */
export class UnavailableError extends Error {
  /** The class, for logs. */
  override name = "UnavailableError";
}

/** Somebody else is using what was asked for. */
export class BusyError extends Error {
  /** The class, for logs. */
  override name = "BusyError";
}

/** One line that says what went wrong, for people: the message of an error, or the text of anything else thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
