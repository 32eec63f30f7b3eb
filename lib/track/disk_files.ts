/**
 * Files as they lie in a folder.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { unlessMissing } from "../base/unless_missing.ts";
import { writeAll } from "../base/write_all.ts";
import type { Files } from "../pipeline/artifact_store.ts";

/** Writes files to `path`, down to the disk: a lone file there, others into a new folder there. */
export async function writeFiles(path: string, files: Files): Promise<void> {
  if (!Object.hasOwn(files, "")) await Deno.mkdir(path, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    const place = join(path, name);
    await Deno.mkdir(dirname(place), { recursive: true });
    using file = await Deno.open(place, { createNew: true, write: true });
    await writeAll(file, bytes);
    await file.syncData();
  }
}

/** Reads back what {@linkcode writeFiles} wrote; `undefined` when there is nothing. */
export async function readFiles(path: string): Promise<Files | undefined> {
  const info = await unlessMissing(Deno.stat(path));
  if (info === undefined) return undefined;
  if (info.isFile) return { "": await Deno.readFile(path) };
  const files: [string, Uint8Array][] = [];
  for await (const name of namesBelow(path, "")) {
    files.push([name, await Deno.readFile(join(path, name))]);
  }
  return Object.fromEntries(files);
}

async function* namesBelow(root: string, folder: string): AsyncIterable<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (isDirectory) yield* namesBelow(root, path);
    else yield path;
  }
}

/**
 * Puts what lies at `from` in the place of what lies at `to`. In one go, unless there is
 * a folder to replace: that is first moved to `aside`, which has to be free.
 */
export async function replace(from: string, to: string, aside: string): Promise<void> {
  try {
    return await Deno.rename(from, to);
  } catch (error) {
    if (!await isThere(to)) throw error;
  }
  await Deno.rename(to, aside);
  await Deno.rename(from, to);
  await remove(aside);
}

async function isThere(path: string): Promise<boolean> {
  return await unlessMissing(Deno.lstat(path)) !== undefined;
}

/** Removes a file or a folder; nothing happens when it is missing. */
export async function remove(path: string): Promise<void> {
  await unlessMissing(Deno.remove(path, { recursive: true }));
}

/** Names in a folder; none when it is missing. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await unlessMissing(Array.fromAsync(Deno.readDir(folder)));
  return (entries ?? []).map(({ name }) => name);
}
