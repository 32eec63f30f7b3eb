/**
 * One IDX file from the web, into the cache.
 *
 * @module
 */
import { download } from "../base/download.ts";
import { DataError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { HttpError } from "../base/http_error.ts";
import type { HttpLimits } from "../base/open_http.ts";
import { idxFileNames, type IdxRole, type PublishedDataset } from "../digits/datasets.ts";
import { type IdxFile, verifyPublished } from "../digits/identify_dataset.ts";
import { MAX_IDX_BYTES, parseIdxImages, parseIdxLabels } from "../digits/idx.ts";
import { unpackIdx } from "../digits/unpack_idx.ts";

/** Four files on the web, and where they are kept. */
export interface RemoteDataset {
  /** Folders on the web, tried in turn. */
  readonly mirrors: readonly string[];
  /** What the files must be; `undefined` when that is not known. */
  readonly published?: PublishedDataset;
  /** The folder in the cache. */
  readonly folder: string;
}

/** How one file is fetched. */
export interface FetchIdxOptions extends HttpLimits {
  /** The machine to download to. */
  readonly host: Host;
  /** Gives the download up. */
  readonly signal?: AbortSignal;
  /** Tries in a row that bring nothing new. @default {3} */
  readonly attempts?: number;
  /** Whether a half-finished download is kept for the next run. @default {true} */
  readonly resumable?: boolean;
  /** Told of the bytes so far, and of the whole file's where that is known. */
  readonly progress?: (done: number, total: number | undefined) => void;
}

/**
 * One file from one mirror, gzipped or else plain, checked and put into the cache.
 *
 * @throws {HttpError} when it can't be had; {DataError} when it is not what it should be.
 */
export async function fetchIdxFile(
  remote: RemoteDataset,
  role: IdxRole,
  mirror: string,
  options: FetchIdxOptions,
): Promise<IdxFile> {
  const name = idxFileNames[role];
  try {
    return await fetchNamed(remote, role, mirror, `${name}.gz`, options);
  } catch (error) {
    if (!(error instanceof HttpError && error.missing)) throw error;
    return await fetchNamed(remote, role, mirror, name, options);
  }
}

async function fetchNamed(
  remote: RemoteDataset,
  role: IdxRole,
  mirror: string,
  name: string,
  options: FetchIdxOptions,
): Promise<IdxFile> {
  const { host, resumable = true } = options;
  const path = `${remote.folder}/${name}`;
  const maxBytes = remote.published?.files[role].contentBytes ?? MAX_IDX_BYTES;
  while (true) {
    const { bytes, resumed } = await download(urlWithin(mirror, name), {
      answerTimeoutMs: 10_000,
      idleTimeoutMs: 30_000,
      ...options,
      maxBytes: maxBytes + (64 << 10), // gzip can make a file larger by a little
      ...(resumable && { partPath: `${path}.part` }),
    });
    try {
      const content = await unpackIdx(bytes, { name, maxBytes });
      const file = { name, packed: bytes, content };
      checkFile(file, role, remote.published);
      await host.disk.write(path, bytes);
      return file;
    } catch (error) {
      // What an earlier run left may have been damaged: once more from the beginning.
      if (!(resumed && error instanceof DataError)) throw error;
    }
  }
}

/**
 * Checks one file, as far as that can be done without the others.
 *
 * @throws {DataError} when it is not what it should be.
 */
export function checkFile(
  file: IdxFile,
  role: IdxRole,
  published: PublishedDataset | undefined,
): void {
  if (published !== undefined) verifyPublished(file, published.files[role]);
  else if (role.endsWith("Images")) parseIdxImages(file.content, file.name);
  else parseIdxLabels(file.content, { name: file.name });
}

/** A file in a folder on the web; a query, such as a signature, stays at the end. */
function urlWithin(folder: string, name: string): URL {
  const url = new URL(folder);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${name}`;
  return url;
}
