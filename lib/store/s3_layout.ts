/**
 * Names of the objects that artifacts are made of. Pure.
 *
 * @module
 */
import { isKey } from "../pipeline/check_key.ts";
import { manifestName } from "./manifest_file.ts";
import { isFolder } from "./s3_manifest.ts";

/** What an object's name says of it. */
export type S3Place =
  | { readonly kind: "manifest"; readonly key: string }
  | { readonly kind: "file"; readonly key: string; readonly folder: string };

/** The manifest of an artifact. */
export function manifestAt(prefix: string, key: string): string {
  return `${prefix}${key}/${manifestName}`;
}

/** What the names of an artifact's files begin with. */
export function folderAt(prefix: string, key: string, folder: string): string {
  return `${prefix}${key}/${folder}/`;
}

/** A file of an artifact; a lone one has no name of its own. */
export function fileAt(prefix: string, key: string, folder: string, file: string): string {
  return folderAt(prefix, key, folder) + (file === "" ? "file" : file);
}

/** What an object is; `undefined` for one that no artifact store wrote. */
export function placeOf(prefix: string, name: string): S3Place | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const parts = name.slice(prefix.length).split("/");
  const at = parts.findIndex(isFolder);
  const end = at === -1 ? parts.length - 1 : at;
  const key = parts.slice(0, end).join("/");
  if (!isKey(key)) return undefined;
  if (at !== -1) return { kind: "file", key, folder: parts[at]! };
  return parts[end] === manifestName ? { kind: "manifest", key } : undefined;
}
