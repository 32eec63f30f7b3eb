/**
 * Append-only files of one JSON value a line.
 *
 * @module
 */
import { unlessMissing } from "../base/unless_missing.ts";
import { writeAll } from "../base/write_all.ts";
import { storageError } from "../pipeline/storage_error.ts";

const newline = 0x0a;

/**
 * The values in a journal, oldest first. A last line without an end is what a killed
 * process left, and does not count; nor do lines that `parse` does not know.
 * @returns nothing when there is no such file.
 */
export async function readJournal<T>(
  path: string,
  parse: (json: unknown) => T | undefined,
): Promise<T[]> {
  const bytes = await unlessMissing(Deno.readFile(path));
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  return lines.flatMap((line) => parseLine(line, parse) ?? []);
}

/** A part of a journal. */
export interface JournalPart<T> {
  /** Oldest first. */
  readonly values: readonly T[];
  /** Where the next part begins, in bytes. */
  readonly end: number;
}

/**
 * The values from an offset on, where a line begins: as many whole lines as are in `maxBytes`, and
 * at least one if there is one. Whole lines of a journal never change.
 */
export async function readJournalPart<T>(
  path: string,
  from: number,
  parse: (json: unknown) => T | undefined,
  { maxBytes = 1 << 18 }: { readonly maxBytes?: number | undefined } = {},
): Promise<JournalPart<T>> {
  using file = await unlessMissing(Deno.open(path));
  if (file === undefined) return { values: [], end: from };
  await file.seek(from, Deno.SeekMode.Start);
  let bytes: Uint8Array = new Uint8Array();
  for (let wanted = maxBytes;; wanted += maxBytes) {
    bytes = await readUpTo(file, bytes, wanted);
    const length = bytes.lastIndexOf(newline) + 1;
    if (length === 0 && bytes.length === wanted) continue; // the line is longer than that
    const lines = new TextDecoder().decode(bytes.subarray(0, length)).split("\n").slice(0, -1);
    return { values: lines.flatMap((line) => parseLine(line, parse) ?? []), end: from + length };
  }
}

/** `bytes` and what follows in the file, up to `wanted` in all. */
async function readUpTo(file: Deno.FsFile, bytes: Uint8Array, wanted: number): Promise<Uint8Array> {
  const all = new Uint8Array(wanted);
  all.set(bytes);
  let size = bytes.length;
  while (size < wanted) {
    const read = await file.read(all.subarray(size));
    if (read === null) break;
    size += read;
  }
  return all.subarray(0, size);
}

/** The first value of a journal, without reading all of it. */
export async function readJournalStart<T>(
  path: string,
  parse: (json: unknown) => T | undefined,
): Promise<T | undefined> {
  const line = await readFirstLine(path);
  return line === undefined ? undefined : parseLine(line, parse);
}

/** Whether a process got as far as writing one line. */
export async function hasWholeLine(path: string): Promise<boolean> {
  return await readFirstLine(path) !== undefined;
}

async function readFirstLine(path: string): Promise<string | undefined> {
  using file = await unlessMissing(Deno.open(path));
  if (file === undefined) return undefined;
  const decoder = new TextDecoder();
  const part = new Uint8Array(16_384); // a start with all its parameters takes about 1 kB
  let text = "";
  for (let size = await file.read(part); size !== null; size = await file.read(part)) {
    text += decoder.decode(part.subarray(0, size), { stream: true });
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
  return undefined;
}

function parseLine<T>(line: string, parse: (json: unknown) => T | undefined): T | undefined {
  try {
    return parse(JSON.parse(line));
  } catch {
    return undefined; // not JSON
  }
}

/** A journal that is being written. Lines from several callers never mix. */
export class JournalFile implements AsyncDisposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** Bytes of whole lines. */
  #length: number;
  /** Whether there may be part of a line after them. */
  #torn: boolean;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, file: Deno.FsFile, length: number, torn: boolean) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
    this.#torn = torn;
  }

  /** Opens a journal to add to it; makes it when missing. Its folder has to be there. */
  static async open(path: string): Promise<JournalFile> {
    const bytes = await unlessMissing(Deno.readFile(path)) ?? new Uint8Array();
    const length = bytes.lastIndexOf(newline) + 1;
    const file = await Deno.open(path, { append: true, create: true });
    return new JournalFile(path, file, length, length < bytes.length);
  }

  /**
   * Adds a line, and cuts off first what was left of one that could not be written.
   * @param options.durable whether it must survive a power cut: waits for the disk.
   * @throws {UnavailableError} when the disk refuses.
   */
  append(json: unknown, options: { readonly durable: boolean }): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(json) + "\n");
    const written = this.#last.then(() => this.#write(bytes, options.durable));
    this.#last = written.catch(() => {}); // whoever wrote it is told; the next may still succeed
    return written;
  }

  async #write(bytes: Uint8Array, durable: boolean): Promise<void> {
    try {
      if (this.#torn) await this.#file.truncate(this.#length);
      this.#torn = true;
      await writeAll(this.#file, bytes);
      this.#torn = false;
      this.#length += bytes.length;
      if (durable) await this.#file.syncData();
    } catch (error) {
      throw storageError(`Cannot write to ${this.#path}`, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    this.#file.close();
  }
}
