/**
 * A tracker whose runs show up in MLflow, whether or not MLflow is there.
 *
 * @module
 */
import type { RunReader, Tracker } from "../pipeline/tracker.ts";
import { FollowedRuns } from "./mirror/followed_runs.ts";
import { Mirror, type MirrorOptions } from "./mirror/mirror.ts";
import type { DrainResult } from "./mirror/mirror_loop.ts";
import { MirroredRegistry } from "./mirror/mirrored_registry.ts";
import type { IdentityTag } from "./mlflow/find_or_create.ts";
import { RecordedTracker } from "./recorded_tracker.ts";

/** What is mirrored, and where. */
export interface MirroredTrackerOptions extends MirrorOptions {
  /**
   * An MLflow run that the first run that is started logs into, such as Kubeflow's: it keeps
   * its name and is ended by whom it belongs to. @default a run of its own
   */
  readonly adoptRunId?: string | undefined;
  /**
   * The tag of an MLflow run that all runs log into, here and in other processes that give the
   * same tag: made by the first of them, and ended by none. @default a run of its own for each
   */
  readonly share?: IdentityTag | undefined;
}

/** A tracker that is also sent. Disposing of it stops sending. */
export interface MirroredTracker extends Tracker, RunReader, AsyncDisposable {
  /** What sends: other runs, too, when it is told to. */
  readonly mirror: Mirror;
  /**
   * Sends what is recorded, and waits for that; not longer than `timeoutMs`. What is not sent
   * then stays in the journal, and can be sent another time.
   */
  drain(
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<DrainResult>;
  /** The page of a run in MLflow; `undefined` as long as MLflow does not know it. */
  pageOf(runId: string): Promise<string | undefined>;
}

/**
 * Records like `journalTracker` in the same folder, and sends what is recorded to MLflow in the
 * background: in order, once, and later where the server is away. Recording never waits for it,
 * and fails only when the disk does.
 *
 * Models are registered in the folder, and MLflow's registry keeps up; before a name is first
 * used, MLflow's `champion` is taken over.
 */
export function mirroredTracker(options: MirroredTrackerOptions): MirroredTracker {
  const { host, share, sharedAlias = "champion", notice = () => {} } = options;
  const mirror = new Mirror(options);
  let { adoptRunId } = options;
  const runs = new FollowedRuns(mirror.runs, {
    onOpen(id) {
      mirror.followRun(id, { adoptRunId, share });
      adoptRunId = undefined;
    },
    onRemove: (id) => mirror.forgetRun(id),
    onChange: () => mirror.wake(),
  });
  const registry = new MirroredRegistry({ mirror, host, sharedAlias, notice });
  const tracker = new RecordedTracker(runs, { registry, now: () => host.now() });
  return Object.assign(tracker, {
    mirror,
    drain: (limits: Parameters<MirroredTracker["drain"]>[0]) => mirror.drain(limits),
    pageOf: (runId: string) => mirror.pageOf(runId),
    [Symbol.asyncDispose]: () => mirror[Symbol.asyncDispose](),
  });
}
