/**
 * The object that makes an artifact of other objects. Pure.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import type { Manifest } from "../pipeline/digest_files.ts";
import { parseManifest } from "./manifest_file.ts";

/** What an artifact in a bucket has, and where beside its manifest. */
export interface S3Manifest {
  /** The folder with its files. */
  readonly folder: string;
  readonly files: Manifest;
}

// A "=" is in no key, so that nothing below such a folder is taken for another artifact.
const folderPattern = /^files=[0-9a-f]{12}$/;
const schema = v.object({ folder: v.pipe(v.string(), v.regex(folderPattern)) });

/** A folder for one upload, which no other has. */
export function newFolder(): string {
  return `files=${crypto.randomUUID().slice(-12)}`;
}

/** Whether it is the name of such a folder. */
export function isFolder(name: string): boolean {
  return folderPattern.test(name);
}

/** The manifest as bytes. */
export function encodeS3Manifest({ folder, files }: S3Manifest): Uint8Array {
  return encodeJson({ schemaVersion: 1, folder, files });
}

/** The manifest in these bytes; `undefined` when they are none. */
export function parseS3Manifest(bytes: Uint8Array): S3Manifest | undefined {
  const files = parseManifest(bytes);
  if (files === undefined) return undefined;
  const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
  return parsed.success ? { folder: parsed.output.folder, files } : undefined;
}
