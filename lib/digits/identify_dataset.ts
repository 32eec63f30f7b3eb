/**
 * Knows published files again by their content.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import {
  type IdxRole,
  idxRoles,
  type PublishedDataset,
  publishedDatasets,
  type PublishedFile,
} from "./datasets.ts";

/** One file as it was found, and the IDX bytes in it. */
export interface IdxFile {
  /** Where it was found, for messages. */
  readonly name: string;
  /** As found, perhaps gzipped. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Plain IDX bytes. */
  readonly content: Uint8Array<ArrayBuffer>;
}

/** Whether a file is, to the byte, the published one. */
export function isPublished(file: IdxFile, published: PublishedFile): boolean {
  if (file.content.length !== published.contentBytes) return false;
  if (hashHex(file.packed) === published.gzipSha256) return true;
  return published.contentMd5 !== null && hashHex(file.content, "md5") === published.contentMd5;
}

/**
 * Checks a file against the published one.
 *
 * @throws {DataError} when it is another.
 */
export function verifyPublished(file: IdxFile, published: PublishedFile): void {
  if (isPublished(file, published)) return;
  const { contentMd5, gzipSha256 } = published;
  throw new DataError(
    `Cannot use ${file.name}: it is not the published file: ` +
      (contentMd5 === null
        ? `its SHA-256 must be ${gzipSha256}: got ${hashHex(file.packed)}`
        : `the MD5 of its content must be ${contentMd5}: got ${hashHex(file.content, "md5")}`),
  );
}

/** The published dataset that these files are, if they are one. */
export function identifyDataset(
  files: Readonly<Record<IdxRole, IdxFile>>,
  candidates: readonly PublishedDataset[] = publishedDatasets,
): PublishedDataset | undefined {
  return candidates.find((dataset) =>
    // The smallest first: it tells most strangers apart at once.
    [...idxRoles].reverse().every((role) => isPublished(files[role], dataset.files[role]))
  );
}
