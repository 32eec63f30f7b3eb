/**
 * One artifact as a folder: a `manifest.json`, and the files in `files/` (a lone
 * file as `file`).
 *
 * @module
 */
import { dirname, join } from "node:path";
import { hashHex } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { unlessMissing } from "../base/unless_missing.ts";
import { writeAll } from "../base/write_all.ts";
import type { Files, SourceFiles } from "../pipeline/artifact_store.ts";
import { digestManifest, type FileDigest, type Manifest } from "../pipeline/digest_files.ts";
import { checkChunks, checkSource, chunksOf } from "../pipeline/source_files.ts";
import { encodeManifest, manifestName, parseManifest } from "./manifest_file.ts";
import { isThere } from "./folder_entries.ts";

/** Whether a folder is an artifact, whole or damaged, and not one that has artifacts in it. */
export async function isArtifactFolder(folder: string): Promise<boolean> {
  return await isThere(join(folder, manifestName));
}

/**
 * Writes a new artifact. Not in one go: a folder that others look at is the wrong place.
 * @throws {DataError} when a source gives other bytes than those in the manifest.
 */
export async function writeArtifactFolder(
  folder: string,
  files: SourceFiles,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    signal?.throwIfAborted();
    const chunks = checkSource(name, file, manifest[name]!, signal);
    await writeThrough(fileIn(folder, name), chunks);
  }
  await writeThrough(join(folder, manifestName), chunksOf(encodeManifest(manifest)));
  signal?.throwIfAborted();
}

/**
 * Reads an artifact and checks every file.
 * @throws {DataError} when there is none, or it is not what was written.
 */
export async function readArtifactFolder(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Files> {
  const files: [string, Uint8Array][] = [];
  for (const [name, { size, sha256 }] of Object.entries(await readManifest(folder))) {
    signal?.throwIfAborted();
    const bytes = await unlessMissing(Deno.readFile(fileIn(folder, name)));
    if (bytes?.length !== size || hashHex(bytes) !== sha256) throw damaged(folder, name || "file");
    files.push([name, bytes]);
  }
  return Object.fromEntries(files);
}

/**
 * The folder of an artifact's files, under their own names.
 * @throws {DataError} when there is no such artifact.
 */
export async function filesFolder(folder: string): Promise<string> {
  await readManifest(folder);
  return join(folder, "files");
}

/**
 * Finds one file of an artifact, to be read later by the function that is given back.
 * That throws a {@linkcode DataError} at the file's end when it is not what was written.
 * @throws {DataError} when there is no such file.
 */
export async function openArtifactFile(
  folder: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<() => AsyncGenerator<Uint8Array<ArrayBuffer>>> {
  const manifest = await readManifest(folder);
  if (!Object.hasOwn(manifest, name)) {
    throw new DataError(`Cannot read artifact ${folder} as it has no file "${name}"`);
  }
  const digest = manifest[name]!;
  const path = fileIn(folder, name);
  const wrong = () => damaged(folder, name || "file");
  if ((await unlessMissing(Deno.stat(path)))?.size !== digest.size) throw wrong();
  return () => readChecked(path, digest, { wrong, signal });
}

/** Opens the file only when its first byte is wanted: a stream that nobody reads holds nothing. */
async function* readChecked(
  path: string,
  digest: FileDigest,
  check: { readonly wrong: () => Error; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await unlessMissing(Deno.open(path));
  if (file === undefined) throw check.wrong();
  yield* checkChunks(file.readable, digest, check);
}

async function readManifest(folder: string): Promise<Manifest> {
  const bytes = await unlessMissing(Deno.readFile(join(folder, manifestName)));
  if (bytes === undefined) {
    throw new DataError(`Cannot read artifact ${folder} as there is none of that name`);
  }
  const manifest = parseManifest(bytes);
  if (manifest === undefined) throw damaged(folder, manifestName);
  return manifest;
}

function damaged(folder: string, file: string): DataError {
  return new DataError(
    `Cannot read artifact ${folder} as its ${file} is not what was stored: ` +
      `remove that folder and run again`,
  );
}

/**
 * What the manifest says, if all files have the sizes it says; `undefined` when
 * there is no artifact, or it is damaged.
 */
export async function inspectArtifactFolder(
  folder: string,
): Promise<{ size: number; sha256: string } | undefined> {
  const bytes = await unlessMissing(Deno.readFile(join(folder, manifestName)));
  const manifest = bytes && parseManifest(bytes);
  if (manifest === undefined) return undefined;
  for (const [name, { size }] of Object.entries(manifest)) {
    if ((await unlessMissing(Deno.stat(fileIn(folder, name))))?.size !== size) return undefined;
  }
  return digestManifest(manifest);
}

function fileIn(folder: string, name: string): string {
  return name === "" ? join(folder, "file") : join(folder, "files", name);
}

/** Writes a file down to the disk: what is moved to its place must survive a power cut too. */
async function writeThrough(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { createNew: true, write: true });
  for await (const chunk of chunks) await writeAll(file, chunk);
  await file.syncData();
}
