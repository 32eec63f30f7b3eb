/**
 * The first stage: gets the digits.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { safeUrl } from "../base/http_error.ts";
import { custom, type PublishedDataset, publishedDatasets } from "../digits/datasets.ts";
import { identifyDataset } from "../digits/identify_dataset.ts";
import type { Dataset } from "../digits/digits.ts";
import { datasetFromIdx } from "../digits/idx_dataset.ts";
import {
  syntheticDatasetBatches,
  syntheticDefaults,
  type SyntheticOptions,
} from "../digits/synthetic.ts";
import type { Progress } from "../pipeline/step_context.ts";
import { readDatasetFolder } from "./dataset_folder.ts";
import { fetchDataset, remoteDataset, remoteFolder } from "./dataset_mirrors.ts";
import { type ResolvedSource, type ResolveOptions, resolveSource } from "./dataset_source.ts";

/** What getting digits takes. */
export interface AcquireOptions extends ResolveOptions {
  /** Told how far downloads, or the making of digits, have come. */
  readonly progress?: (progress: Progress) => void;
  /** How many synthetic digits to make, and which. */
  readonly synthetic?: SyntheticOptions;
}

/**
 * Gets the digits: from the cache, the web or a folder, or made up. What has a
 * name is checked against the published hashes, whichever mirror it comes from.
 *
 * ```ts
 * import { acquire, localHost } from "@fourdotinfinity/digits-recognizer";
 *
 * const host = localHost({ cacheFolder: ".digits/cache" });
 * const digits = await acquire("synthetic", { host, synthetic: { train: 20, test: 10 } });
 * console.assert(digits.train.images.length === 20 * 28 * 28);
 * ```
 *
 * @param source what {@linkcode resolveSource} takes or gave.
 * @throws {UsageError} when the source is none; {UnavailableError} when the
 * network or the disk fails; {DataError} when the files are not what they should be.
 */
export async function acquire(
  source: string | ResolvedSource,
  options: AcquireOptions,
): Promise<Dataset> {
  const { host, catalog = publishedDatasets } = options;
  const resolved = typeof source === "string" ? await resolveSource(source, options) : source;
  options.signal?.throwIfAborted();
  switch (resolved.kind) {
    case "published":
      return await acquirePublished(resolved.dataset, resolved.mirrors, options);
    case "url":
      return await acquireUrl(resolved.url, { ...options, catalog });
    case "folder":
      return await readDatasetFolder(resolved.folder, { disk: host.disk, catalog });
    case "synthetic":
      return await makeDigits(options);
  }
}

async function acquirePublished(
  dataset: PublishedDataset,
  mirrors: readonly string[],
  options: AcquireOptions,
): Promise<Dataset> {
  const files = await fetchDataset(remoteDataset(dataset, mirrors, options.host), options);
  // The content is the same from every mirror, so it has one origin.
  const source = dataset.mirrors[0] ?? dataset.title;
  return datasetFromIdx(files, { name: dataset.name, source, classNames: dataset.classNames });
}

async function acquireUrl(
  url: string,
  options: AcquireOptions & { readonly catalog: readonly PublishedDataset[] },
): Promise<Dataset> {
  const remote = remoteFolder(url, options.host);
  const files = await fetchDataset(remote, options);
  const published = identifyDataset(files, options.catalog);
  try {
    return datasetFromIdx(files, {
      name: published?.name ?? custom.name,
      source: safeUrl(url),
      ...(published && { classNames: published.classNames }),
    });
  } catch (error) {
    // Files that don't belong together are no use to the next run.
    if (error instanceof DataError) await options.host.disk.remove(remote.folder);
    throw error;
  }
}

/** Takes a breath between two batches, so that the user's Ctrl-C is heard. */
async function makeDigits(options: AcquireOptions): Promise<Dataset> {
  const { host, signal, progress } = options;
  const { train, test, seed } = { ...syntheticDefaults, ...options.synthetic };
  const batches = syntheticDatasetBatches({ train, test, seed });
  let made = 0;
  let step = batches.next();
  while (!step.done) {
    made += step.value;
    progress?.({ done: made, total: train + test, unit: "images", note: "making digits" });
    await host.sleep(0, signal ? { signal } : {});
    step = batches.next();
  }
  return step.value;
}
