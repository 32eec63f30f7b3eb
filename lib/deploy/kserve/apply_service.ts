/**
 * Makes a service so in the cluster.
 *
 * @module
 */
import type { Cluster } from "../kubernetes/cluster.ts";
import { KubeError } from "../kubernetes/kube_error.ts";
import { KINDS } from "../kubernetes/kube_object.ts";
import { type InferenceService, wantedOf } from "./inference_service.ts";
import { MANAGER } from "./names.ts";

/**
 * Applies it. What others have set otherwise is refused unless `force`; but KServe's webhook fills
 * in defaults in our name, and those are ours to change.
 */
export async function applyService(
  cluster: Cluster,
  service: InferenceService,
  { force, signal }: { readonly force: boolean; readonly signal?: AbortSignal },
): Promise<InferenceService> {
  const wanted = wantedOf(service);
  const options = { manager: MANAGER, ...(signal && { signal }) };
  try {
    return await cluster.apply(KINDS.inferenceService, wanted, { ...options, force });
  } catch (error) {
    const onlyOurs = error instanceof KubeError && error.failure === "conflict" &&
      error.managers.length > 0 && error.managers.every((manager) => manager === MANAGER);
    if (!onlyOurs) throw error;
    return await cluster.apply(KINDS.inferenceService, wanted, { ...options, force: true });
  }
}
