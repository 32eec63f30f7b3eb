/**
 * The four IDX files of a folder.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Disk } from "../base/host.ts";
import {
  custom,
  idxFileNames,
  type IdxRole,
  idxRoles,
  type PublishedDataset,
} from "../digits/datasets.ts";
import { identifyDataset, type IdxFile } from "../digits/identify_dataset.ts";
import type { Dataset } from "../digits/digits.ts";
import { MAX_IDX_BYTES } from "../digits/idx.ts";
import { datasetFromIdx } from "../digits/idx_dataset.ts";
import { unpackIdx } from "../digits/unpack_idx.ts";

/** The file beside the others that names the classes, one a line; without it they are digits. */
export const CLASSES_FILE = "classes.txt";

/**
 * The dataset in a folder: a published one when the files are those to the byte,
 * whatever they are compressed with; otherwise `custom`.
 *
 * @throws {DataError} when a file is missing or wrong.
 */
export async function readDatasetFolder(
  folder: string,
  { disk, catalog }: { readonly disk: Disk; readonly catalog: readonly PublishedDataset[] },
): Promise<Dataset> {
  const found = await Promise.all(
    idxRoles.map((role) => readIdxFile(disk, folder, role).catch(advise)),
  );
  const missing = idxRoles.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) {
    throw new DataError(
      `Cannot use the folder ${folder} as digits: it has no ` +
        missing.map((role) => idxFileNames[role]).join(", no ") +
        " (nor one that ends in .gz): put MNIST's four files there",
    );
  }
  const files = Object.fromEntries(idxRoles.map((role, i) => [role, found[i]])) as Record<
    IdxRole,
    IdxFile
  >;
  const published = identifyDataset(files, catalog);
  const classNames = published?.classNames ?? await readClassNames(disk, folder);
  try {
    return datasetFromIdx(files, {
      name: published?.name ?? custom.name,
      source: folder,
      ...(classNames && { classNames }),
    });
  } catch (error) {
    return advise(error);
  }
}

/** A parser says what is wrong; here one knows what to do about it. */
function advise(error: unknown): never {
  if (!(error instanceof DataError)) throw error;
  throw new DataError(
    `${error.message}; put the right file there, or use other digits with --data`,
    { cause: error },
  );
}

/**
 * One of the four files, plain or else gzipped; `undefined` when there is neither.
 *
 * @throws {DataError} when it is not IDX data.
 */
export async function readIdxFile(
  disk: Disk,
  folder: string,
  role: IdxRole,
): Promise<IdxFile | undefined> {
  for (const extension of ["", ".gz"]) {
    const name = `${folder}/${idxFileNames[role]}${extension}`;
    const info = await disk.stat(name);
    if (info !== undefined && info.size > MAX_IDX_BYTES) {
      throw new DataError(
        `Cannot read ${name}: it has ${info.size} bytes, more than the ${MAX_IDX_BYTES} allowed`,
      );
    }
    const packed = await disk.read(name);
    if (packed !== undefined) return { name, packed, content: await unpackIdx(packed, { name }) };
  }
  return undefined;
}

async function readClassNames(disk: Disk, folder: string): Promise<string[] | undefined> {
  const path = `${folder}/${CLASSES_FILE}`;
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  const names = new TextDecoder().decode(bytes).trim().split(/\s*\n\s*/);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined || names.length < 2 || names.length > 256) {
    throw new DataError(
      `Cannot read ${path}: it must have 2 to 256 different names, one a line: ` +
        (twice === undefined ? `got ${names.length}` : `got ${JSON.stringify(twice)} twice`),
    );
  }
  return names;
}
