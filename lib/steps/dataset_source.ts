/**
 * Decides, once and for all who ask, where the digits come from.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import { DataError, UsageError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { HttpError, isHttpUrl, safeUrl } from "../base/http_error.ts";
import {
  idxFileNames,
  idxRoles,
  mnist,
  type PublishedDataset,
  publishedDatasets,
  synthetic,
} from "../digits/datasets.ts";
import { CLASSES_FILE } from "./dataset_folder.ts";
import { isCached, mirrorFailures, remoteDataset } from "./dataset_mirrors.ts";
import { fetchIdxFile, type RemoteDataset } from "./fetch_idx_file.ts";

/** Where digits come from, with nothing left to decide. */
export type ResolvedSource =
  | {
    readonly kind: "published";
    readonly dataset: PublishedDataset;
    readonly mirrors: readonly string[];
  }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "synthetic" };

/** What deciding on a source takes. */
export interface ResolveOptions {
  /** The machine to look around from. */
  readonly host: Host;
  /** Gives the search, or a download, up. */
  readonly signal?: AbortSignal;
  /** Where to look for MNIST; the published mirrors when there are none. */
  readonly mnistMirrors?: readonly string[];
  /** Told, in a sentence, what the user must not miss. */
  readonly notice?: (text: string) => void;
  /** How long `auto` waits for a mirror. @default {3_000} */
  readonly probeTimeoutMs?: number;
  /** The datasets that are known by name or by content. @default {publishedDatasets} */
  readonly catalog?: readonly PublishedDataset[];
}

/**
 * What a source named by a user stands for.
 *
 * `auto` is MNIST when it is in the cache or a mirror has it, and otherwise
 * synthetic digits, which `notice` is told. Where a mirror answers, its smallest
 * file is in the cache afterwards.
 *
 * @param source `auto`, a dataset's name, `synthetic`, an http(s) URL, or a folder.
 * @throws {UsageError} when it is none of these.
 */
export async function resolveSource(
  source: string,
  options: ResolveOptions,
): Promise<ResolvedSource> {
  const { catalog = publishedDatasets, host } = options;
  if (source === "auto") return await resolveAuto(options);
  if (source === synthetic.name) return { kind: "synthetic" };
  const dataset = catalog.find(({ name }) => name === source);
  if (dataset !== undefined) {
    return { kind: "published", dataset, mirrors: mirrorsOf(dataset, options) };
  }
  if (source.includes("://")) {
    checkUrl(source);
    return { kind: "url", url: source };
  }
  return { kind: "folder", folder: await checkFolder(source, host, catalog) };
}

/** Text that changes when what a source gives changes. Reads the files of a folder, nothing else. */
export async function fingerprintSource(
  source: ResolvedSource,
  { host }: { readonly host: Host },
): Promise<string> {
  switch (source.kind) {
    case "published":
      return `${source.dataset.name}:${hashHex(JSON.stringify(source.dataset.files))}`;
    case "url":
      return `url:${hashHex(source.url)}`;
    case "folder":
      return `folder:${await fingerprintFolder(source.folder, host)}`;
    case "synthetic":
      return synthetic.name;
  }
}

async function resolveAuto(options: ResolveOptions): Promise<ResolvedSource> {
  const { host, signal, notice, catalog = publishedDatasets } = options;
  const dataset = catalog.find(({ name }) => name === mnist.name) ?? mnist;
  const mirrors = mirrorsOf(dataset, options);
  const remote = remoteDataset(dataset, mirrors, host);
  if (await isCached(remote, host)) return { kind: "published", dataset, mirrors };
  try {
    const first = await firstMirror(remote, options);
    return { kind: "published", dataset, mirrors: [first, ...mirrors.filter((m) => m !== first)] };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AggregateError)) throw error;
    const own = error.errors.find((e) => !(e instanceof HttpError || e instanceof DataError));
    if (own !== undefined) throw own; // a full disk, say, is no fault of the mirror's
    notice?.(
      `Cannot download ${dataset.title} from ${mirrorFailures(mirrors, error.errors)}: ` +
        "going on with SYNTHETIC digits, whose accuracy says nothing about " +
        `${dataset.title}. For the real ones use --data FOLDER or --data URL, ` +
        "or set HTTPS_PROXY behind a proxy",
    );
    return { kind: "synthetic" };
  }
}

/**
 * The mirror that is first to give us its smallest file.
 *
 * @throws {AggregateError} of why each one did not.
 */
async function firstMirror(remote: RemoteDataset, options: ResolveOptions): Promise<string> {
  const { host, signal, probeTimeoutMs = 3_000 } = options;
  const found = new AbortController();
  const probes = remote.mirrors.map(async (mirror) => {
    await fetchIdxFile(remote, "testLabels", mirror, {
      host,
      signal: AbortSignal.any([found.signal, ...(signal ? [signal] : [])]),
      answerTimeoutMs: probeTimeoutMs,
      idleTimeoutMs: probeTimeoutMs,
      attempts: 1,
      resumable: false,
    });
    return mirror;
  });
  try {
    return await Promise.any(probes);
  } finally {
    found.abort();
    await Promise.allSettled(probes);
  }
}

function mirrorsOf(dataset: PublishedDataset, { mnistMirrors }: ResolveOptions): readonly string[] {
  if (dataset.name !== mnist.name || !mnistMirrors?.length) return dataset.mirrors;
  mnistMirrors.forEach(checkUrl);
  return mnistMirrors;
}

function checkUrl(url: string): void {
  if (isHttpUrl(url)) return;
  throw new UsageError(
    `Cannot download digits from ${safeUrl(url)}: give the http or https address of a folder ` +
      "that has MNIST's four files",
  );
}

async function checkFolder(
  path: string,
  { disk }: Host,
  catalog: readonly PublishedDataset[],
): Promise<string> {
  const info = path === "" ? undefined : await disk.stat(path);
  if (info?.isFolder) return path.replace(/(?<=.)[\\/]+$/, "");
  const reason = info === undefined
    ? "there is no such folder"
    : "it is a file: give the folder that has MNIST's four files";
  const names = ["auto", ...catalog.map(({ name }) => name), synthetic.name];
  throw new UsageError(
    `Cannot use ${JSON.stringify(path)} as digits: ${reason}; ` +
      `or give ${names.join(", ")} or a URL`,
  );
}

async function fingerprintFolder(folder: string, { disk }: Host): Promise<string> {
  const names = [...idxRoles.flatMap((role) => [idxFileNames[role], `${idxFileNames[role]}.gz`])];
  const hashes = await Promise.all([...names, CLASSES_FILE].map(async (name) => {
    const bytes = await disk.read(`${folder}/${name}`);
    return bytes === undefined ? "" : `${name} ${hashHex(bytes)}`;
  }));
  return hashHex(hashes.join("\n"));
}
