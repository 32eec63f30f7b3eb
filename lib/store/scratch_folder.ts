/**
 * Folders to prepare something in that is then moved to its place in one go.
 *
 * @module
 */
import { join } from "node:path";
import { unlessMissing } from "../base/unless_missing.ts";
import { entriesIn, isThere } from "./folder_entries.ts";

/** A folder that is removed in the end with whatever is still in it. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** Where they are, below the folder they are for. No artifact's key starts with a dot. */
const scratchName = ".writing";

/**
 * Makes a scratch folder below `root`. Its lock file, `<folder>.lock`, is locked as
 * long as the process lives, so that others can tell a leftover from work in hand.
 */
export async function openScratch(root: string): Promise<ScratchFolder> {
  const parent = join(root, scratchName);
  await Deno.mkdir(parent, { recursive: true });
  for (;;) {
    const path = join(parent, crypto.randomUUID());
    const lock = await Deno.open(`${path}.lock`, { createNew: true, write: true });
    try {
      await lock.lock(true);
      if (await isThere(`${path}.lock`)) {
        await Deno.mkdir(path);
        return { path, [Symbol.asyncDispose]: () => discard(path, lock) };
      }
    } catch (error) {
      lock.close();
      throw error;
    }
    lock.close(); // swept between being made and being locked: try another
  }
}

/** Removes the scratch folders of processes that died. */
export async function sweepScratch(root: string): Promise<void> {
  const parent = join(root, scratchName);
  for (const { name } of await entriesIn(parent)) {
    if (!name.endsWith(".lock")) continue;
    const path = join(parent, name.slice(0, -".lock".length));
    const lock = await unlessMissing(Deno.open(`${path}.lock`, { write: true }));
    if (lock === undefined) continue;
    if (await lock.tryLock(true)) await discard(path, lock);
    else lock.close();
  }
}

/** The folder first: as long as anything is left, the lock file is there to find it by. */
async function discard(path: string, lock: Deno.FsFile): Promise<void> {
  try {
    await removeIfThere(path);
    await removeIfThere(`${path}.lock`);
  } catch {
    // What can't be removed now is swept another time.
  } finally {
    lock.close();
  }
}

async function removeIfThere(path: string): Promise<void> {
  if (await isThere(path)) await Deno.remove(path, { recursive: true });
}
