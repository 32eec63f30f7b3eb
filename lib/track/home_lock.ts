/**
 * One run at a time in one home folder.
 *
 * @module
 */
import { join } from "node:path";
import { BusyError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { storageError } from "../pipeline/storage_error.ts";
import { tryLockFile } from "./file_lock.ts";

/**
 * Reserves a home folder for this process until it is disposed of, or the process
 * ends, however it does.
 *
 * @throws {BusyError} when another process has it.
 * @throws {UnavailableError} when the disk refuses.
 */
export async function lockHome(
  folder: string,
  host: Pick<Host, "now">,
): Promise<AsyncDisposable> {
  const path = join(folder, ".lock");
  const file = await open(folder, path);
  if (file === undefined) {
    throw new BusyError(
      `Cannot start a run in ${folder} as another run${await ownerOf(path)} is using it: ` +
        `wait for it, or set DIGITS_HOME to another folder`,
    );
  }
  const since = new Date(host.now()).toISOString();
  await file.truncate();
  await file.write(new TextEncoder().encode(`pid ${Deno.pid}, since ${since}`));
  return {
    async [Symbol.asyncDispose]() {
      // The file stays: somebody may be waiting for it.
      await file.truncate();
      file.close();
    },
  };
}

async function open(folder: string, path: string): Promise<Deno.FsFile | undefined> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await tryLockFile(path);
  } catch (error) {
    throw storageError(`Cannot use ${folder}`, error);
  }
}

/** For the message; empty where nothing can be read of a locked file. */
async function ownerOf(path: string): Promise<string> {
  try {
    const text = await Deno.readTextFile(path);
    return /^pid \d+, since \S+$/.test(text) ? ` (${text})` : "";
  } catch {
    return "";
  }
}
