/**
 * Files that are read while they are stored, and what makes sure of their bytes. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DataError } from "../base/errors.ts";
import type { FileSource, SourceFiles } from "./artifact_store.ts";
import { checkFileNames, type FileDigest, type Manifest } from "./digest_files.ts";

/**
 * Hashes every file, reading those that are sources to their end.
 * @throws {TypeError} when a file's name can't be used.
 */
export async function describeSources(
  files: SourceFiles,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Manifest> {
  checkFileNames(Object.keys(files));
  const manifest: [string, FileDigest][] = [];
  for (const [name, file] of Object.entries(files)) {
    const sum = startDigest();
    for await (const chunk of chunksOf(file)) {
      signal?.throwIfAborted();
      sum.add(chunk);
    }
    manifest.push([name, sum.digest()]);
  }
  return Object.fromEntries(manifest);
}

/** The bytes of a file, piece by piece. */
export async function* chunksOf(file: Uint8Array | FileSource): AsyncGenerator<Uint8Array> {
  if (!(file instanceof Uint8Array)) yield* file.stream();
  else if (file.length > 0) yield file;
}

/**
 * Passes chunks on, until the signal is aborted.
 * @param wrong makes what is thrown at their end when they were not those of `expected`, or
 * as soon as they are too many.
 */
export async function* checkChunks<T extends Uint8Array>(
  chunks: AsyncIterable<T>,
  expected: FileDigest,
  { wrong, signal }: {
    readonly wrong: () => Error;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<T> {
  const sum = startDigest();
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    sum.add(chunk);
    if (sum.size > expected.size) throw wrong();
    yield chunk;
  }
  const { size, sha256 } = sum.digest();
  if (size !== expected.size || sha256 !== expected.sha256) throw wrong();
}

/**
 * The chunks of a file that is being stored, by what {@linkcode describeSources} found.
 * @throws {DataError} at their end, when they are not the same again.
 */
export function checkSource(
  name: string,
  file: Uint8Array | FileSource,
  expected: FileDigest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const wrong = () =>
    new DataError(
      `Cannot store file "${name}" as it changed while it was being stored: ` +
        `store it when nobody writes to it`,
    );
  return checkChunks(chunksOf(file), expected, { wrong, signal });
}

function startDigest() {
  const hash = createHash("sha256");
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(chunk: Uint8Array): void {
      hash.update(chunk);
      size += chunk.length;
    },
    digest: (): FileDigest => ({ size, sha256: hash.digest("hex") }),
  };
}
