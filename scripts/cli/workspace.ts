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

/** What a command works with: this machine and `DIGITS_HOME`. */
export interface Workspace {
  /** The folder, as it was set. */
  readonly home: string;
  readonly host: Host;
  readonly store: ArtifactStore;
  readonly cache: StepCache;
  readonly tracker: Tracker & RunReader;
}

/** Opens the folder that the settings name; it is made when something is first written. */
export function openWorkspace(
  { digitsHome }: Settings,
  options: { readonly threads?: number | undefined } = {},
): Workspace {
  const machine = localHost({ cacheFolder: join(digitsHome, "downloads") });
  const host = { ...machine, cores: options.threads ?? machine.cores };
  const store = folderStore(join(digitsHome, "artifacts"));
  return {
    home: digitsHome,
    host,
    store,
    cache: storeStepCache(store),
    tracker: journalTracker({ folder: digitsHome, host }),
  };
}

/** Where a lone-file attachment of a run lies. */
export function attachmentPath({ home }: Workspace, runId: string, name: string): string {
  return join(home, "runs", runId, "attachments", name);
}
