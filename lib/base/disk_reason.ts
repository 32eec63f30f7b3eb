/**
 * What goes wrong with a disk, in words for people.
 *
 * @module
 */
import { messageOf } from "./errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space or choose a folder on another disk",
  EDQUOT: "your share of the disk is used up: free some space or choose another folder",
  EROFS: "the disk is read-only: choose another folder",
  EACCES: "permission is denied: change its permissions or choose another folder",
  EPERM: "permission is denied: change its permissions or choose another folder",
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder, not a file",
  ENOTDIR: "a part of that path is a file: choose another folder",
  EEXIST: "a part of that path is a file: choose another folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
  EIO: "the disk does not answer: check it",
};

/** Why the operating system refused, and what to do; `undefined` for errors that no disk made. */
export function diskReason(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E[A-Z0-9]+$/.test(code) ? REASONS[code] ?? messageOf(error) : undefined;
}
