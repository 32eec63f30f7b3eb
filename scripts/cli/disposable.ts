/**
 * What can be made or fetched again, or is too old to matter.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArtifactInfo } from "../../lib/pipeline/artifact_store.ts";
import type { Workspace } from "./workspace.ts";

/** Something that may go. */
export interface Disposable {
  readonly what: string;
  readonly bytes: number;
  remove(): Promise<void>;
}

/** What to spare. */
export interface DisposalOptions {
  /** Newest runs to keep. */
  readonly keep: number;
  /** Step results younger than this stay. */
  readonly days: number;
  /** Whether downloads go, too. */
  readonly downloads: boolean;
}

/** Finds old runs, old step results, and downloads. Registered models are none of them. */
export async function findDisposable(
  workspace: Workspace,
  options: DisposalOptions,
): Promise<readonly Disposable[]> {
  const found = [
    ...await oldRuns(workspace, options),
    ...await oldResults(workspace, options),
    ...options.downloads ? await downloads(workspace) : [],
  ];
  return found.filter(({ bytes }) => bytes > 0);
}

async function oldRuns(
  { home, tracker }: Workspace,
  { keep }: DisposalOptions,
): Promise<readonly Disposable[]> {
  const old = (await tracker.listRuns()).slice(keep);
  return await Promise.all(old.map(async ({ id, startedAt }) => ({
    what: `run ${id.slice(0, 8)} of ${new Date(startedAt).toISOString().slice(0, 10)}`,
    bytes: await folderBytes(join(home, "runs", id)),
    remove: () => tracker.deleteRun(id),
  })));
}

/** Artifacts, what the cache knows of them, and checkpoints: they go together. */
async function oldResults(
  { checkpoints: store, host }: Workspace,
  { days }: DisposalOptions,
): Promise<readonly Disposable[]> {
  const latest = host.now() - days * 24 * 3600 * 1000;
  const old: ArtifactInfo[] = [];
  for await (const info of store.list("")) {
    const { mtime } = await Deno.stat(fileURLToPath(info.uri));
    if ((mtime?.getTime() ?? 0) <= latest) old.push(info);
  }
  return [{
    what: days === 0
      ? "all step results: the next run does every step"
      : `step results older than ${days} days`,
    bytes: old.reduce((sum, { size }) => sum + size, 0),
    async remove() {
      for (const { uri } of old) await store.remove(uri);
    },
  }];
}

async function downloads({ host }: Workspace): Promise<readonly Disposable[]> {
  return [{
    what: "downloaded datasets",
    bytes: await folderBytes(host.cacheFolder),
    remove: () => host.disk.remove(host.cacheFolder),
  }];
}

async function folderBytes(path: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const inside = join(path, name);
      bytes += isDirectory ? await folderBytes(inside) : (await Deno.stat(inside)).size;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return bytes;
}
