/**
 * The folder everything is kept in, opened.
 *
 * @module
 */
import { join } from "node:path";
import type { Host } from "../../lib/base/host.ts";
import { localHost } from "../../lib/base/local_host.ts";
import type { Settings } from "../../lib/config.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import { type StepCache, storeStepCache } from "../../lib/pipeline/step_cache.ts";
import type { RunReader, Tracker } from "../../lib/pipeline/tracker.ts";
import { folderStore } from "../../lib/store/folder_store.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";

/** What a command works with: this machine, `DIGITS_HOME`, and the servers that are set. */
export interface Workspace extends AsyncDisposable {
  /** The folder, as it was set. */
  readonly home: string;
  readonly host: Host;
  /** Where artifacts travel through. */
  readonly store: ArtifactStore;
  /** A folder in `home`, for half-done work: no server is needed while a step is under way. */
  readonly checkpoints: ArtifactStore;
  readonly cache: StepCache;
  readonly tracker: Tracker & RunReader;
  /** Where artifacts and runs go beside `home`, one line for people each. */
  readonly places: readonly string[];
  /** The page of a run in MLflow; null where there is none, or MLflow does not know it yet. */
  pageOf(runId: string): Promise<string | null>;
}

/** What a command asks for. */
export interface WorkspaceOptions {
  /** For one computation. @default all cores */
  readonly threads?: number | undefined;
  /**
   * Whether the servers that are set are used. Without them nothing waits for a network, and
   * runs and models are those of the folder.
   * @default false
   */
  readonly servers?: boolean;
  /** Told in a sentence when a server has to be waited for. */
  readonly notice?: (sentence: string) => void;
  /** Ends the waiting for MLflow that disposing of the workspace may need. */
  readonly signal?: AbortSignal;
}

const DRAIN_MS = 30_000; // a model and a report take seconds; who waits longer wants to know why

/** Opens what the settings name; the folder is made when something is first written. */
export async function openWorkspace(
  settings: Settings,
  { threads, servers = false, notice = () => {}, signal }: WorkspaceOptions = {},
): Promise<Workspace> {
  const { digitsHome: home, s3, mlflow } = settings;
  const machine = localHost({ cacheFolder: join(home, "downloads") });
  const host = { ...machine, cores: threads ?? machine.cores };
  const checkpoints = folderStore(join(home, "artifacts"));
  // Only who uses a server waits until what speaks to it is loaded.
  const opened = servers && (s3 || mlflow)
    ? (await import("./open_servers.ts")).openServers(settings, { host, notice })
    : undefined;
  const store = opened?.store ?? checkpoints;
  const mirrored = opened?.tracker;
  return {
    home,
    host,
    store,
    checkpoints,
    cache: storeStepCache(store),
    tracker: mirrored ?? journalTracker({ folder: home, host }),
    places: opened?.places ?? [],
    pageOf: async (runId) => await mirrored?.pageOf(runId) ?? null,
    async [Symbol.asyncDispose]() {
      await using tracker = mirrored;
      const limits = { timeoutMs: DRAIN_MS, ...(signal && { signal }) };
      const sent = await tracker?.drain(limits);
      if (sent?.complete === false) notice(unsent(sent.reason));
    },
  };
}

function unsent(reason: string | null): string {
  const why = reason === null ? "" : ` (${reason})`;
  return `MLflow does not have everything yet${why}: deno task runs --sync sends the rest`;
}

/** Where a lone-file attachment of a run lies. */
export function attachmentPath({ home }: Workspace, runId: string, name: string): string {
  return join(home, "runs", runId, "attachments", name);
}
