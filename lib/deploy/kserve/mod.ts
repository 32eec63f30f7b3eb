/**
 * Deploys models to KServe. Knows nothing of digits but the name of our own server's runtime.
 *
 * @example Deploy a version, and see that it is there
 * ```ts ignore
 * import { deployModel, getService, openCluster } from "@fourdotinfinity/digits-recognizer/kserve";
 *
 * const cluster = await openCluster({ host, namespace: "team-a" });
 * const { url } = await deployModel({
 *   cluster,
 *   host,
 *   name: "mnist",
 *   storageUri: "s3://models/runs/12/repository",
 *   version: "3",
 *   runId: "12",
 *   progress: console.error,
 * });
 * console.log(url, await getService(cluster, "mnist"));
 * ```
 *
 * @module
 */
export { UnavailableError, UsageError } from "../../base/errors.ts";
export type { Disk, FileInfo, Host } from "../../base/host.ts";
export type { HttpHost } from "../../base/open_http.ts";
export {
  type ApplyOptions,
  Cluster,
  type ClusterOptions,
  type ListOptions,
  type LogOptions,
  openCluster,
  type Right,
  type Waiting,
} from "../kubernetes/cluster.ts";
export type { KubeAccess, KubeConfigOptions } from "../kubernetes/kube_config.ts";
export { KubeError, type KubeFailure } from "../kubernetes/kube_error.ts";
export type { Condition, Kind, KubeObject, ObjectMeta } from "../kubernetes/kube_object.ts";
export { DeployError } from "./deploy_error.ts";
export { type Deployment, deployModel, type DeployOptions } from "./deploy_model.ts";
export {
  type Canary,
  type DeploymentMode,
  type InferenceService,
  inferenceService,
  type Predictor,
  type Quantities,
  type Runtime,
  type ServiceOptions,
  type ServiceStatus,
} from "./inference_service.ts";
export {
  type CanaryOptions,
  deleteService,
  getService,
  listServices,
  promoteCanary,
  rollBackCanary,
  serviceLogs,
  type ServiceView,
} from "./services.ts";
export type { SmokeTest } from "./smoke.ts";
export { servingUri } from "./storage_uri.ts";
