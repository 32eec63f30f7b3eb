/**
 * Services that are there: looking at them, and what becomes of a canary.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import type { HttpHost } from "../../base/open_http.ts";
import type { Cluster, Waiting } from "../kubernetes/cluster.ts";
import { KubeError } from "../kubernetes/kube_error.ts";
import { conditionOf, KINDS } from "../kubernetes/kube_object.ts";
import { applyService } from "./apply_service.ts";
import { awaitReady, podsOf } from "./await_ready.ts";
import { withCanaryPromoted, withoutCanary } from "./canary.ts";
import {
  type DeploymentMode,
  type InferenceService,
  modeOf,
  revisionOf,
} from "./inference_service.ts";
import { RUN_LABEL, VERSION_LABEL } from "./names.ts";
import { addressOf } from "./service_address.ts";

/** A service, for people. */
export interface ServiceView {
  /** Its name. */
  readonly name: string;
  /** Whether it answers. */
  readonly ready: boolean;
  /** Why it doesn't; null when it does. */
  readonly reason: string | null;
  /** Of the model; null where others than we deployed it. */
  readonly version: string | null;
  /** The run that made the model; null where others than we deployed it. */
  readonly runId: string | null;
  /** Where the model is. */
  readonly storageUri: string | null;
  /** Where it answers within the cluster. */
  readonly url: string;
  /** How KServe runs it; null until it has seen it. */
  readonly mode: DeploymentMode | null;
  /** Share of the requests that a canary gets; null where there is none. */
  readonly canaryPercent: number | null;
}

/** The service of that name; undefined where there is none. */
export async function getService(
  cluster: Cluster,
  name: string,
  options: Waiting = {},
): Promise<ServiceView | undefined> {
  const service = await cluster.get<InferenceService>(KINDS.inferenceService, name, options);
  return service && viewOf(service, cluster.namespace);
}

/** All services of the namespace, whoever deployed them. */
export async function listServices(
  cluster: Cluster,
  options: Waiting = {},
): Promise<readonly ServiceView[]> {
  const services = await cluster.list<InferenceService>(KINDS.inferenceService, options);
  return services.map((service) => viewOf(service, cluster.namespace));
}

/** Removes a service and its pods; false where there was none. */
export async function deleteService(
  cluster: Cluster,
  name: string,
  options: Waiting = {},
): Promise<boolean> {
  return await cluster.delete(KINDS.inferenceService, name, options);
}

/** What the server in each of a service's pods wrote last, by pod. */
export async function serviceLogs(
  cluster: Cluster,
  name: string,
  { lines = 100, signal }: Waiting & { readonly lines?: number } = {},
): Promise<ReadonlyMap<string, string>> {
  const pods = await podsOf(cluster, name, signal);
  const waiting = signal ? { signal } : {};
  const logs = await Promise.all(pods.map(async ({ metadata }) => {
    const options = { container: "kserve-container", lines, ...waiting };
    const log = await cluster.logs(metadata.name, options).catch(unlessThereIsNone);
    return [metadata.name, log] as const;
  }));
  return new Map(logs);
}

/** The cluster calls the question for a log that has not begun invalid; a pod may be gone by now. */
function unlessThereIsNone(error: unknown): string {
  if (error instanceof KubeError && ["invalid", "missing"].includes(error.failure)) return "";
  throw error;
}

/** How to end a canary. */
export interface CanaryOptions {
  /** The machine to wait on. */
  readonly host: HttpHost;
  /** Told what is being waited for. */
  readonly progress?: (message: string) => void;
  /** How long it may take. @default {600_000} */
  readonly timeoutMs?: number;
  /** Gives the waiting up; the change stays. */
  readonly signal?: AbortSignal;
}

/**
 * Gives the canary all requests, and waits until it has them.
 *
 * @throws {UsageError} when there is no such service, or no canary.
 */
export async function promoteCanary(
  cluster: Cluster,
  name: string,
  options: CanaryOptions,
): Promise<ServiceView> {
  return await change(cluster, name, withCanaryPromoted, options);
}

/**
 * Gives the version before all requests again.
 *
 * @throws {UsageError} when there is no such service, or no canary.
 */
export async function rollBackCanary(
  cluster: Cluster,
  name: string,
  options: CanaryOptions,
): Promise<ServiceView> {
  return await change(cluster, name, withoutCanary, options);
}

async function change(
  cluster: Cluster,
  name: string,
  to: (live: InferenceService) => InferenceService,
  { host, progress = () => {}, timeoutMs = 600_000, signal }: CanaryOptions,
): Promise<ServiceView> {
  const waiting = signal ? { signal } : {};
  const before = await cluster.get<InferenceService>(KINDS.inferenceService, name, waiting);
  if (before === undefined) {
    throw new UsageError(
      `Cannot find the service ${name} in ${cluster.namespace}: deploy it first`,
    );
  }
  const wanted = to(before);
  await applyService(cluster, wanted, { force: true, ...waiting });
  const { canaryTrafficPercent } = wanted.spec.predictor;
  const expected = modeOf(before) === "Knative"
    ? { revision: undefined, canary: undefined, alone: canaryTrafficPercent === undefined }
    : { revision: revisionOf(wanted.spec.predictor), canary: undefined, alone: true };
  const patience = { host, progress, timeoutMs, ...waiting };
  const service = await awaitReady(cluster, name, expected, { ...patience, before });
  return viewOf(service, cluster.namespace);
}

function viewOf(service: InferenceService, namespace: string): ServiceView {
  const { metadata: { name, annotations = {} }, spec: { predictor, canary }, status } = service;
  const ready = conditionOf(status?.conditions, "Ready");
  const isUp = ready?.status === "True";
  return {
    name,
    ready: isUp,
    reason: isUp ? null : ready?.message || ready?.reason || "KServe has not seen it yet",
    version: annotations[VERSION_LABEL] ?? null,
    runId: annotations[RUN_LABEL] ?? null,
    storageUri: predictor.model?.storageUri ?? null,
    url: addressOf(service, namespace, { canary: false }),
    mode: modeOf(service) ?? null,
    canaryPercent: canary?.[0]?.trafficPercent ?? predictor.canaryTrafficPercent ?? null,
  };
}
