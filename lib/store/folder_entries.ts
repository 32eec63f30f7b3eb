/**
 * What is in a folder.
 *
 * @module
 */
import { unlessMissing } from "../base/unless_missing.ts";

/** Whether there is a file or folder. */
export async function isThere(path: string): Promise<boolean> {
  return await unlessMissing(Deno.lstat(path)) !== undefined;
}

/** What is in a folder; nothing when it is missing. */
export async function entriesIn(folder: string): Promise<readonly Deno.DirEntry[]> {
  return await unlessMissing(Array.fromAsync(Deno.readDir(folder))) ?? [];
}
