/**
 * A tracker that needs no service: every run is an append-only journal on disk.
 *
 * @module
 */
import { join } from "node:path";
import type { Host } from "../base/host.ts";
import type { RunReader, Tracker } from "../pipeline/tracker.ts";
import { ModelFolders } from "./model_folders.ts";
import { RecordedRegistry } from "./recorded_registry.ts";
import { RecordedTracker } from "./recorded_tracker.ts";
import { RunFolders } from "./run_folders.ts";

/**
 * Records runs below `folder`: each as `runs/<id>/journal.jsonl` with one event a
 * line, beside `attachments/<name>` (a file when it is a lone one, else a folder); model
 * versions as `models/<name>/<version>/` beside `registry.jsonl`. A run whose process
 * died is continued by the next `start` with the same `resumeKey`.
 *
 * Its methods throw an {@linkcode UnavailableError} when the disk refuses.
 */
export function journalTracker(
  options: { readonly folder: string; readonly host: Pick<Host, "now"> },
): Tracker & RunReader {
  const now = () => options.host.now();
  const runs = new RunFolders(join(options.folder, "runs"));
  const registry = new RecordedRegistry(new ModelFolders(join(options.folder, "models")), now);
  return new RecordedTracker(runs, { registry, now });
}
