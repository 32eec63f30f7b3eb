/**
 * What every store has to check and compute alike of an artifact's files. Pure.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import type { Files } from "./artifact_store.ts";

/** One file of an artifact, without its bytes. */
export interface FileDigest {
  /** In bytes. */
  readonly size: number;
  /** Of its bytes alone, as lower-case hex. */
  readonly sha256: string;
}

/** The files of an artifact by name, without their bytes. */
export type Manifest = Readonly<Record<string, FileDigest>>;

// What Windows, URLs or terminals would trip over is refused everywhere.
const namePattern = /^[^\\/:*?"<>|\p{Cc}]+$/u;

/**
 * Checks one artifact's file names.
 * @throws {TypeError} when a name could leave its folder, or two can't exist side by side.
 */
export function checkFileNames(names: readonly string[]): void {
  const all = new Set(names);
  for (const name of names) {
    const parts = name.split("/");
    const usable = name === ""
      ? names.length === 1
      : parts.every((part) => part !== "." && part !== ".." && namePattern.test(part)) &&
        parts.every((_, i) => i === 0 || !all.has(parts.slice(0, i).join("/")));
    if (!usable) {
      throw new TypeError(
        `Cannot store a file named ${JSON.stringify(name)} in an artifact: ` +
          (name === "" ? "a lone file has no others beside it" : "give a plain relative path"),
      );
    }
  }
}

/**
 * Hashes every file.
 * @throws {TypeError} when a file's name can't be used.
 */
export function describeFiles(files: Files): Manifest {
  checkFileNames(Object.keys(files));
  return Object.fromEntries(
    Object.entries(files).map((
      [name, bytes],
    ) => [name, { size: bytes.length, sha256: hashHex(bytes) }]),
  );
}

/** The size and digest of an artifact from what is known of its files. */
export function digestManifest(manifest: Manifest): { size: number; sha256: string } {
  const names = Object.keys(manifest).sort();
  const lines = names.map((name) => [name, manifest[name]!.size, manifest[name]!.sha256]);
  const size = Object.values(manifest).reduce((sum, file) => sum + file.size, 0);
  return { size, sha256: hashHex(JSON.stringify(lines)) };
}

/**
 * The digest of an artifact as lower-case hex: decided by the names and bytes of
 * its files alone, whatever their order.
 * @throws {TypeError} when a file's name can't be used.
 */
export function digestFiles(files: Files): string {
  return digestManifest(describeFiles(files)).sha256;
}
