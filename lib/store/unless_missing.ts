/**
 * Files that may not be there.
 *
 * @module
 */

/** The result, or `undefined` when the file or folder it is about is missing. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether there is a file or folder. */
export async function isThere(path: string): Promise<boolean> {
  return await unlessMissing(Deno.lstat(path)) !== undefined;
}

/** What is in a folder; nothing when it is missing. */
export async function entriesIn(folder: string): Promise<readonly Deno.DirEntry[]> {
  return await unlessMissing(Array.fromAsync(Deno.readDir(folder))) ?? [];
}
