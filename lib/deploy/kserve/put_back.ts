/**
 * Undoes a deployment that failed.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import type { HttpHost } from "../../base/open_http.ts";
import type { Cluster } from "../kubernetes/cluster.ts";
import { conditionOf, KINDS } from "../kubernetes/kube_object.ts";
import { applyService } from "./apply_service.ts";
import { awaitReady } from "./await_ready.ts";
import { type InferenceService, revisionOf } from "./inference_service.ts";
import { VERSION_LABEL } from "./names.ts";

const TIMEOUT_MS = 180_000; // its pods mostly still run

/**
 * Puts the service back to what it was, or deletes it where it was not there. Goes on when the
 * deployment was aborted.
 *
 * @returns how that went, for people.
 */
export async function putBack(
  cluster: Cluster,
  { name, before, host, progress }: {
    readonly name: string;
    readonly before: InferenceService | undefined;
    readonly host: HttpHost;
    readonly progress: (message: string) => void;
  },
): Promise<string> {
  try {
    if (before === undefined) {
      return await cluster.delete(KINDS.inferenceService, name)
        ? "it was deleted again, as it was not there before"
        : "nothing of it is left";
    }
    const failed = await cluster.get<InferenceService>(KINDS.inferenceService, name);
    if (failed?.metadata.resourceVersion === before.metadata.resourceVersion) {
      return "nothing was changed";
    }
    const version = before.metadata.annotations?.[VERSION_LABEL];
    const which = version === undefined ? "what was there before" : `version ${version}`;
    progress(`puts ${which} back`);
    await applyService(cluster, before, { force: true });
    if (conditionOf(before.status?.conditions, "Ready")?.status !== "True") {
      return `${which} is back, which was not ready before either`;
    }
    const revision = revisionOf(before.spec.predictor);
    await awaitReady(cluster, name, { revision, canary: undefined, alone: false }, {
      host,
      progress,
      timeoutMs: TIMEOUT_MS,
      before: failed,
    });
    return `${which} answers again`;
  } catch (error) {
    return `and it could not be put back to what it was: ${messageOf(error)}`;
  }
}
