/**
 * What goes wrong with a disk, in one sentence. Pure.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../base/errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space",
  EDQUOT: "your share of the disk is used up: free some space",
  EROFS: "the disk is read-only: choose another folder",
  EACCES: "permission is denied: change its permissions or choose another folder",
  EPERM: "permission is denied: change its permissions or choose another folder",
  ENOTDIR: "a part of that path is a file: choose another folder",
  EEXIST: "a part of that path is a file: choose another folder",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
  EIO: "the disk does not answer: check it",
};

/**
 * What to throw for something that a disk refused. Errors that no disk made stay as they are.
 * @param what begins the message: `Cannot store artifacts in /home/me/.digits`
 */
export function storageError(what: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const reason = reasons[code] ?? messageOf(error);
  return new UnavailableError(`${what} as ${reason}`, { cause: error });
}
