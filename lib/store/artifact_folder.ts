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
import type { Files } from "../pipeline/artifact_store.ts";
import { digestManifest, type Manifest } from "../pipeline/digest_files.ts";
import { encodeManifest, manifestName, parseManifest } from "./manifest_file.ts";
import { isThere } from "./folder_entries.ts";

/** Whether a folder is an artifact, whole or damaged, and not one that has artifacts in it. */
export async function isArtifactFolder(folder: string): Promise<boolean> {
  return await isThere(join(folder, manifestName));
}

/** Writes a new artifact. Not in one go: a folder that others look at is the wrong place. */
export async function writeArtifactFolder(
  folder: string,
  files: Files,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    signal?.throwIfAborted();
    await writeThrough(fileIn(folder, name), bytes);
  }
  await writeThrough(join(folder, manifestName), encodeManifest(manifest));
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
  const manifestBytes = await unlessMissing(Deno.readFile(join(folder, manifestName)));
  if (manifestBytes === undefined) {
    throw new DataError(`Cannot read artifact ${folder} as there is none of that name`);
  }
  const damaged = (file: string): DataError =>
    new DataError(
      `Cannot read artifact ${folder} as its ${file} is not what was stored: ` +
        `remove that folder and run again`,
    );
  const manifest = parseManifest(manifestBytes);
  if (manifest === undefined) throw damaged(manifestName);
  const files: [string, Uint8Array][] = [];
  for (const [name, { size, sha256 }] of Object.entries(manifest)) {
    signal?.throwIfAborted();
    const bytes = await unlessMissing(Deno.readFile(fileIn(folder, name)));
    if (bytes?.length !== size || hashHex(bytes) !== sha256) throw damaged(name || "file");
    files.push([name, bytes]);
  }
  return Object.fromEntries(files);
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
async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { createNew: true, write: true });
  await writeAll(file, bytes);
  await file.syncData();
}
