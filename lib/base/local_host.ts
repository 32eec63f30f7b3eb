/**
 * The machine that this process runs on.
 *
 * @module
 */
import { diskReason } from "./disk_reason.ts";
import { messageOf, UnavailableError } from "./errors.ts";
import type { Disk, FileInfo, Host } from "./host.ts";
import { unlessMissing } from "./unless_missing.ts";
import { writeAll } from "./write_all.ts";

/** This machine's clock, network, threads and disk. */
export function localHost({ cacheFolder }: { readonly cacheFolder: string }): Host {
  return {
    now: () => Date.now(),
    sleep,
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    fetch: (url, { once = false, ...options } = {}) =>
      once ? fetchOnce(url, options) : fetch(url, options),
    worker: (module) => new Worker(module, { type: "module" }),
    cores: navigator.hardwareConcurrency,
    disk: localDisk,
    cacheFolder,
  };
}

/** On a new connection: Deno repeats a request, even a POST, when a kept one breaks. */
async function fetchOnce(url: string | URL, options: RequestInit): Promise<Response> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const once: RequestInit & { readonly client: Deno.HttpClient } = { ...options, client };
  return await fetch(url, once);
}

function sleep(
  milliseconds: number,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

const localDisk: Disk = {
  read: (path) => attempt("read", path, () => unlessMissing(Deno.readFile(path))),
  stat: (path) => attempt("look at", path, () => unlessMissing(stat(path))),
  list: (path) => attempt("list", path, async () => await unlessMissing(list(path)) ?? []),
  write: (path, bytes) => attempt("write", path, () => writeWhole(path, bytes)),
  append: (path, bytes) => attempt("write", path, () => append(path, bytes)),
  rename: (from, to) => attempt("write", to, () => Deno.rename(from, to)),
  remove: (path) =>
    attempt("remove", path, async () => {
      await unlessMissing(Deno.remove(path, { recursive: true }));
    }),
};

async function stat(path: string): Promise<FileInfo> {
  const { size, isDirectory } = await Deno.stat(path);
  return { size, isFolder: isDirectory };
}

async function list(path: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map((entry) => entry.name).sort();
}

/** Writes beside the file and moves that over it, so that nobody ever sees half a file. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolderOf(path);
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeDraft(draft, bytes);
    await Deno.rename(draft, path);
  } catch (error) {
    await unlessMissing(Deno.remove(draft));
    throw error;
  }
}

async function writeDraft(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  await writeAll(file, bytes);
  await file.sync(); // else a power cut may leave the new name on an empty file
}

async function append(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolderOf(path);
  using file = await Deno.open(path, { append: true, create: true });
  await writeAll(file, bytes);
}

async function makeFolderOf(path: string): Promise<void> {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (end > 0) await Deno.mkdir(path.slice(0, end), { recursive: true });
}

async function attempt<T>(verb: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = diskReason(error) ?? messageOf(error);
    throw new UnavailableError(`Cannot ${verb} ${path}: ${reason}`, { cause: error });
  }
}
