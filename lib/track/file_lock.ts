/**
 * Locks that end with the process, however it ends.
 *
 * @module
 */
import { unlessMissing } from "../base/unless_missing.ts";

/** A locked file. Disposing of it unlocks it, and leaves it where it is. */
export type LockedFile = Deno.FsFile;

/** Locks a file, which is made when missing; `undefined` when somebody else has it locked. */
export async function tryLockFile(path: string): Promise<LockedFile | undefined> {
  for (;;) {
    const file = await Deno.open(path, { create: true, read: true, write: true });
    const locked = await file.tryLock(true);
    if (locked && await isAt(path, file)) return file;
    file.close();
    if (!locked) return undefined;
  }
}

/** Like {@linkcode tryLockFile}, but waits until nobody has it locked. */
export async function lockFile(path: string): Promise<LockedFile> {
  for (;;) {
    const file = await Deno.open(path, { create: true, read: true, write: true });
    await file.lock(true);
    if (await isAt(path, file)) return file;
    file.close();
  }
}

/** Whether somebody has a file locked. */
export async function isLocked(path: string): Promise<boolean> {
  using file = await unlessMissing(Deno.open(path));
  return file !== undefined && !await file.tryLock(false);
}

/** Whether an open file is still what its path leads to: its last owner may have removed it. */
async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  return (await unlessMissing(Deno.stat(path)))?.ino === (await file.stat()).ino;
}
