/**
 * Puts a model version into service, or leaves everything as it was.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import type { HttpHost } from "../../base/open_http.ts";
import { type Cluster, openCluster } from "../kubernetes/cluster.ts";
import { KubeError } from "../kubernetes/kube_error.ts";
import { applyService } from "./apply_service.ts";
import { awaitReady, podsOf } from "./await_ready.ts";
import { DeployError } from "./deploy_error.ts";
import { planDeployment } from "./deployment_plan.ts";
import {
  type DeploymentMode,
  type InferenceService,
  inferenceService,
  modeOf,
  type ServiceOptions,
} from "./inference_service.ts";
import { presentService } from "./present_service.ts";
import { putBack } from "./put_back.ts";
import { addressOf } from "./service_address.ts";
import { type SmokeTest, smokeTest } from "./smoke.ts";

/** Where and how to deploy. */
export interface DeployOptions extends ServiceOptions {
  /** The machine to ask from. */
  readonly host: HttpHost;
  /** Where to. @default that of the kubeconfig or the pod, in `namespace` */
  readonly cluster?: Cluster;
  /** Where the service is. @default that of the context, or of the pod */
  readonly namespace?: string;
  /**
   * Gives the new version only this share of the requests, 0 to 100, beside the one before; see
   * `promoteCanary()` and `rollBackCanary()`. A service that is new gets all.
   */
  readonly canaryPercent?: number;
  /**
   * Tries the new version at its address within the cluster before it counts as deployed. Where it
   * rejects, the version before is put back; with an `UnavailableError` only after some
   * tries, as routes take a moment.
   */
  readonly smokeTest?: SmokeTest;
  /** Where to try it instead, such as an address that the cluster can be reached at from outside. */
  readonly smokeTestUrl?: string;
  /** Told what is being waited for. */
  readonly progress?: (message: string) => void;
  /** How long it may take until the version is ready. @default {600_000} */
  readonly timeoutMs?: number;
  /** Whether to overwrite what others have set. @default {false} */
  readonly force?: boolean;
  /** Gives up; what was there before is put back. */
  readonly signal?: AbortSignal;
}

/** A model version in service. */
export interface Deployment {
  /** The service's name. */
  readonly name: string;
  /** Where it is. */
  readonly namespace: string;
  /** Where it answers within the cluster. */
  readonly url: string;
  /** Where it answers from outside, as KServe has it; null where it says nothing. */
  readonly externalUrl: string | null;
  /** Of the model. */
  readonly version: string;
  /** How KServe runs it. */
  readonly mode: DeploymentMode;
  /** Whether it has only a share of the requests. */
  readonly canary: boolean;
  /** Whether anything was changed: the same deployment twice changes nothing. */
  readonly changed: boolean;
}

/**
 * Deploys by server-side apply, waits until pods with the new version answer, and tries it. On
 * failure, and when it is aborted, the version before is put back; a service that was not there
 * before is deleted.
 *
 * @throws {DeployError} when the version does not come into service, and why.
 * @throws {KubeError} when the cluster refuses.
 * @throws {UsageError} when the options make no sense.
 */
export async function deployModel(options: DeployOptions): Promise<Deployment> {
  const { name, host, signal, version, force = false } = options;
  const { timeoutMs = 600_000, progress = () => {} } = options;
  const next = inferenceService(options);
  const cluster = options.cluster ?? await openCluster(options);
  const waiting = signal ? { signal } : {};
  const patience = { host, progress, timeoutMs, ...waiting };
  const [before] = await Promise.all([
    presentService(cluster, name, patience),
    podsOf(cluster, name, signal), // what may not be watched must not be changed
  ]);

  const plan = planDeployment(before, next, options.canaryPercent);
  let changed = true;
  let applied: InferenceService | undefined;
  try {
    applied = await applyService(cluster, plan.service, { force, ...waiting });
    changed = applied.metadata.resourceVersion !== before?.metadata.resourceVersion;
    progress(changed ? `asked for version ${version}` : `version ${version} is there already`);
    const expected = { ...plan.expected, ...(!changed && { revision: undefined }) };
    const service = await awaitReady(cluster, name, expected, { ...patience, before });
    const url = addressOf(service, cluster.namespace, plan);
    if (options.smokeTest) {
      await smokeTest(options.smokeTest, options.smokeTestUrl ?? url, patience);
    }
    return {
      name,
      namespace: cluster.namespace,
      url,
      externalUrl: service.status?.url ?? null,
      version,
      mode: modeOf(service) ?? "Standard",
      canary: plan.canary,
      changed,
    };
  } catch (error) {
    if (applied === undefined && isRefusal(error)) throw error;
    const end = changed
      ? await putBack(cluster, { name, before, host, progress })
      : "nothing was changed";
    if (signal?.aborted) progress(end);
    signal?.throwIfAborted();
    const { reason, log } = error instanceof DeployError ? error : { reason: "Failed", log: "" };
    throw new DeployError(
      `Cannot put version ${version} of ${name} into service in ${cluster.namespace}: ` +
        `${messageOf(error)}; ${end}`,
      { reason, log, cause: error },
    );
  }
}

/** Whether the cluster surely did nothing. An answer that got lost does not tell. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false; // given up on the way
  return error.failure !== "other" && (error.failure !== "unreachable" || error.status !== null);
}
