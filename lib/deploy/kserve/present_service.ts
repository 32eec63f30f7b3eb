/**
 * The service that a deployment starts from.
 *
 * @module
 */
import type { HttpHost } from "../../base/open_http.ts";
import type { Cluster } from "../kubernetes/cluster.ts";
import { KINDS } from "../kubernetes/kube_object.ts";
import { DeployError } from "./deploy_error.ts";
import type { InferenceService } from "./inference_service.ts";

/** How to wait for a service. */
export interface Patience {
  /** The machine to wait on. */
  readonly host: HttpHost;
  /** Told of every new thing to wait for. */
  readonly progress: (message: string) => void;
  /** How long at most. */
  readonly timeoutMs: number;
  /** Gives the waiting up, with its reason. */
  readonly signal?: AbortSignal;
}

/** Between two looks. */
export const POLL_MS = 2_000;

/**
 * The service, or undefined: one that is being deleted must be gone before there is another.
 *
 * @throws {DeployError} when it is not gone in time.
 */
export async function presentService(
  cluster: Cluster,
  name: string,
  { host, progress, timeoutMs, signal }: Patience,
): Promise<InferenceService | undefined> {
  const waiting = signal ? { signal } : {};
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += POLL_MS) {
    const found = await cluster.get<InferenceService>(KINDS.inferenceService, name, waiting);
    if (found?.metadata.deletionTimestamp === undefined) return found;
    if (waitedMs === 0) progress("waits until the service that was deleted is gone");
    await host.sleep(POLL_MS, waiting);
  }
  throw new DeployError(
    `Cannot deploy ${name} in ${cluster.namespace} as the service that was deleted is still ` +
      "there: is KServe's controller running (kubectl get pods -n kserve)?",
    { reason: "NotDeleted" },
  );
}
