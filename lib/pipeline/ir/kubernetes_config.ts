/**
 * What a step asks of its pod, as Kubeflow's second document has it.
 *
 * @module
 */
import type { PodOptions } from "../pod_options.ts";
import type { JsonValue } from "../port.ts";
import { compact, type IrObject } from "./ir.ts";

/**
 * A `KubernetesExecutorConfig`; empty when nothing is asked for. Names are there twice: as
 * Kubeflow up to 2.4 reads them, and as it does since.
 */
export function kubernetesConfig(pod: PodOptions, timeoutMs: number | null): IrObject {
  const { labels = {}, annotations = {}, nodeSelector = {}, pullPolicy } = pod;
  return compact({
    secretAsEnv: pod.secretEnv?.map(({ secret, keys, optional = false }) => ({
      ...named("secretName", secret),
      keyToEnv: Object.entries(keys).map(([envVar, secretKey]) => ({ secretKey, envVar })),
      optional,
    })),
    configMapAsEnv: pod.configMapEnv?.map(({ configMap, keys, optional = false }) => ({
      ...named("configMapName", configMap),
      keyToEnv: Object.entries(keys).map(([envVar, configMapKey]) => ({ configMapKey, envVar })),
      optional,
    })),
    fieldPathAsEnv: Object.entries(pod.fieldEnv ?? {}).map(([name, fieldPath]) => ({
      name,
      fieldPath,
    })),
    secretAsVolume: pod.secretVolumes?.map(({ secret, mountPath, optional = false }) => ({
      ...named("secretName", secret),
      mountPath,
      optional,
    })),
    configMapAsVolume: pod.configMapVolumes?.map(({ configMap, mountPath, optional = false }) => ({
      ...named("configMapName", configMap),
      mountPath,
      optional,
    })),
    pvcMount: pod.volumes?.map(({ claim, mountPath, subPath }) => ({
      constant: claim,
      pvcNameParameter: constant(claim),
      mountPath,
      ...(subPath !== undefined && { subPath }),
    })),
    imagePullPolicy: pullPolicy,
    imagePullSecret: pod.pullSecrets?.map((secret) => named("secretName", secret)),
    nodeSelector: compact({ labels: nodeSelector }),
    tolerations: pod.tolerations?.map(({ tolerationSeconds, ...toleration }) => ({
      ...toleration,
      ...(tolerationSeconds !== undefined && { tolerationSeconds: String(tolerationSeconds) }),
    })),
    podMetadata: compact({ labels, annotations }),
    // A retry is another pod, so this is a limit for one attempt.
    ...(timeoutMs !== null && { activeDeadlineSeconds: String(Math.ceil(timeoutMs / 1000)) }),
  });
}

function named(field: string, name: string): IrObject {
  return { [field]: name, [`${field}Parameter`]: constant(name) };
}

function constant(value: JsonValue): IrObject {
  return { runtimeValue: { constant: value } };
}
