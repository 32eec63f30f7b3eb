/**
 * Where a service answers within its cluster.
 *
 * @module
 */
import { type InferenceService, modeOf } from "./inference_service.ts";

/**
 * The address of a service, or of its canary alone.
 *
 * @returns such as `http://mnist-predictor.team-a.svc.cluster.local`.
 */
export function addressOf(
  service: InferenceService,
  namespace: string,
  { canary }: { readonly canary: boolean },
): string {
  const { metadata: { name }, status, spec } = service;
  if (canary && modeOf(service) === "Knative") {
    return `http://latest-${name}-predictor.${namespace}.svc.cluster.local`;
  }
  if (canary) {
    const variant = spec.canary?.[0]?.predictor.name;
    return `http://${name}-${variant}-predictor.${namespace}.svc.cluster.local`;
  }
  return (status?.address?.url ?? `http://${name}-predictor.${namespace}.svc.cluster.local`)
    .replace(/\/+$/, "");
}
