/**
 * The four IDX files from the web, kept in the cache.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import { DataError, messageOf, UnavailableError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { HttpError, safeUrl } from "../base/http_error.ts";
import type { HttpLimits } from "../base/open_http.ts";
import { idxFileNames, type IdxRole, idxRoles, type PublishedDataset } from "../digits/datasets.ts";
import type { IdxFile } from "../digits/identify_dataset.ts";
import type { Progress } from "../pipeline/step_context.ts";
import { readIdxFile } from "./dataset_folder.ts";
import { DownloadTally } from "./download_tally.ts";
import {
  checkFile,
  fetchIdxFile,
  type FetchIdxOptions,
  type RemoteDataset,
} from "./fetch_idx_file.ts";

/** Who lends a hand to a download, and who is told of it. */
export interface RemoteOptions extends HttpLimits {
  /** The machine to download to. */
  readonly host: Host;
  /** Gives the downloads up; what has come stays for the next run. */
  readonly signal?: AbortSignal;
  /** Told how far all downloads have come together. */
  readonly progress?: (progress: Progress) => void;
  /** Told, in a sentence, what the user must not miss. */
  readonly notice?: (text: string) => void;
}

/** A published dataset, with its place in the cache. */
export function remoteDataset(
  published: PublishedDataset,
  mirrors: readonly string[],
  host: Host,
): RemoteDataset {
  return { mirrors, published, folder: `${host.cacheFolder}/datasets/${published.name}` };
}

/** Whatever dataset is at a URL, with its place in the cache. */
export function remoteFolder(url: string, host: Host): RemoteDataset {
  const key = hashHex(url).slice(0, 16); // the URL may hold a password
  return { mirrors: [url], folder: `${host.cacheFolder}/datasets/url-${key}` };
}

/**
 * All four files: those in the cache, checked again, and the others from the
 * first mirror that has them right, all at a time.
 *
 * @throws {UnavailableError} when no mirror has one of them; {DataError} when all have it wrong.
 */
export async function fetchDataset(
  remote: RemoteDataset,
  options: RemoteOptions,
): Promise<Record<IdxRole, IdxFile>> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const tally = new DownloadTally(options.progress);
  const files = idxRoles.map(async (role): Promise<[IdxRole, IdxFile]> => {
    const cached = await readCached(remote, role, options);
    if (cached !== undefined) return [role, cached];
    const progress = tally.of(role);
    return [role, await fetchFromAny(remote, role, { ...options, signal, progress })];
  });
  try {
    return Object.fromEntries(await Promise.all(files)) as Record<IdxRole, IdxFile>;
  } catch (error) {
    stop.abort();
    await Promise.allSettled(files); // they keep what they have for the next run
    throw error;
  }
}

/** Whether the cache has all four files; they are checked when they are used. */
export async function isCached({ folder }: RemoteDataset, { disk }: Host): Promise<boolean> {
  const names = await disk.list(folder);
  return idxRoles.every((role) =>
    names.includes(idxFileNames[role]) || names.includes(`${idxFileNames[role]}.gz`)
  );
}

async function fetchFromAny(
  remote: RemoteDataset,
  role: IdxRole,
  options: FetchIdxOptions,
): Promise<IdxFile> {
  const failures: (HttpError | DataError)[] = [];
  for (const mirror of remote.mirrors) {
    try {
      return await fetchIdxFile(remote, role, mirror, options);
    } catch (error) {
      if (!(error instanceof HttpError || error instanceof DataError)) throw error;
      failures.push(error);
    }
  }
  throw allFailed(remote, role, failures);
}

/** Every mirror with the reason that it failed, for people. */
export function mirrorFailures(mirrors: readonly string[], errors: readonly unknown[]): string {
  const reason = (error: unknown) => error instanceof HttpError ? error.reason : messageOf(error);
  return errors.map((error, i) => `${safeUrl(mirrors[i]!)} (${reason(error)})`).join(", ");
}

function allFailed(
  { mirrors, published }: RemoteDataset,
  role: IdxRole,
  failures: readonly (HttpError | DataError)[],
): Error {
  const what = published === undefined ? "" : ` of ${published.title}`;
  const message = `Cannot download ${idxFileNames[role]}${what} from ` +
    `${mirrorFailures(mirrors, failures)}: use --data FOLDER with the four files, ` +
    "--data synthetic, or other mirrors (MNIST_MIRRORS, a pipeline's parameter mirrors); behind a proxy set HTTPS_PROXY, and for a certificate authority of " +
    "your own DENO_CERT to its file";
  return failures.every((error) => error instanceof DataError)
    ? new DataError(message)
    : new UnavailableError(message);
}

async function readCached(
  { folder, published }: RemoteDataset,
  role: IdxRole,
  { host, notice }: RemoteOptions,
): Promise<IdxFile | undefined> {
  try {
    const file = await readIdxFile(host.disk, folder, role);
    if (file !== undefined) checkFile(file, role, published);
    return file;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    notice?.(`${messageOf(error)}: the cached file is removed and downloaded again`);
    await host.disk.remove(`${folder}/${idxFileNames[role]}`);
    await host.disk.remove(`${folder}/${idxFileNames[role]}.gz`);
    return undefined;
  }
}
