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
  const since = new Date(host.now()).toISOString();
  const file = await reserve(folder, path, `pid ${Deno.pid}, since ${since}`);
  if (file === undefined) {
    throw new BusyError(
      `Cannot start a run in ${folder} as another run${await ownerOf(path)} is using it: ` +
        `wait for it, or set DIGITS_HOME to another folder`,
    );
  }
  return {
    async [Symbol.asyncDispose]() {
      await file.truncate(); // the file stays: somebody may be about to lock it
      file.close();
    },
  };
}

async function reserve(
  folder: string,
  path: string,
  owner: string,
): Promise<Deno.FsFile | undefined> {
  using stack = new DisposableStack();
  try {
    await Deno.mkdir(folder, { recursive: true });
    const file = stack.adopt(await tryLockFile(path), (file) => file?.close());
    await file?.truncate();
    await file?.write(new TextEncoder().encode(owner));
    stack.move();
    return file;
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
