/**
 * The object that KServe makes a running service of. Pure.
 *
 * @module
 */
import { hashHex } from "../../base/bytes.ts";
import { UsageError } from "../../base/errors.ts";
import { type Condition, KINDS, type KubeObject } from "../kubernetes/kube_object.ts";
import {
  labelValue,
  OWN_RUNTIME,
  REVISION_LABEL,
  RUN_LABEL,
  SERVING_ACCOUNT,
  VERSION_LABEL,
} from "./names.ts";
import { servingUri } from "./storage_uri.ts";

/** Which server loads the model: our own (V1, V2), or Triton (V2). */
export type Runtime = "digits" | "triton";

/** How KServe runs a service: as a Deployment, or by Knative, which scales to zero. */
export type DeploymentMode = "Standard" | "Knative";

/** CPU, memory and accelerators, such as `{ cpu: "500m", memory: "512Mi" }`. */
export type Quantities = Readonly<Record<string, string>>;

/** What is served, and how. */
export interface ServiceOptions {
  /** The service's name: lower-case letters, digits and `-`. */
  readonly name: string;
  /** A model repository: `<model>/<version>/model.onnx` lies in it. `minio://` counts as `s3://`. */
  readonly storageUri: string;
  /** Of the model; pods and service are labelled with it. */
  readonly version: string;
  /** The run that made it. */
  readonly runId: string;
  /**
   * Triton takes plain ONNX models too.
   * @default {"digits"}
   */
  readonly runtime?: Runtime;
  /**
   * The image of our own server, of which Triton has no use.
   * @default that of the ServingRuntime
   */
  readonly image?: string;
  /** When nodes fetch that image. @default the cluster's rule */
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** How many pods. @default {{ min: 1 }} */
  readonly replicas?: { readonly min?: number; readonly max?: number };
  /** What the number of pods follows. `concurrency` and `rps` are Knative's. */
  readonly scale?: {
    readonly metric: "cpu" | "memory" | "concurrency" | "rps";
    readonly target: number;
  };
  /** Of each pod. @default those of the ServingRuntime */
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  /**
   * The account that may read the bucket.
   * @default {"digits-recognizer-serving"}
   */
  readonly serviceAccount?: string;
  /** How KServe runs it; it can't be changed later. @default what the cluster is set to */
  readonly mode?: DeploymentMode;
  /** More labels of the service. */
  readonly labels?: Readonly<Record<string, string>>;
  /** More annotations of the service. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What runs in a service's pods. */
export interface Predictor {
  /** Tells the Deployments of one service apart; Standard mode only. */
  readonly name?: string;
  /** Marks its pods. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What is known of the model. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What is loaded, and by what. */
  readonly model?: { readonly storageUri?: string; readonly [field: string]: unknown };
  /** Share of the requests that the newest revision gets; Knative mode only. */
  readonly canaryTrafficPercent?: number;
  /** And all else that KServe takes there. */
  readonly [field: string]: unknown;
}

/** A second predictor, which gets a share of the requests; Standard mode only. */
export interface Canary {
  /** What runs in its pods. */
  readonly predictor: Predictor;
  /** 0 to 100. */
  readonly trafficPercent: number;
}

/** KServe's object. */
export interface InferenceService extends KubeObject {
  /** What is wanted. */
  readonly spec: { readonly predictor: Predictor; readonly canary?: readonly Canary[] };
  /** What is; absent until KServe has seen it. */
  readonly status?: ServiceStatus;
}

/** What KServe says of a service. */
export interface ServiceStatus {
  /** Whether it is ready, and what of it is not. */
  readonly conditions?: readonly Condition[];
  /** Where it answers, from outside of the cluster. */
  readonly url?: string;
  /** Where it answers within the cluster. */
  readonly address?: { readonly url?: string };
  /** How it runs; `RawDeployment` and `Serverless` are older names. */
  readonly deploymentMode?: string;
  /** What became of the model. */
  readonly modelStatus?: {
    readonly transitionStatus?: string;
    readonly lastFailureInfo?: {
      readonly reason?: string;
      readonly message?: string;
      readonly exitCode?: number;
    };
  };
  /** Knative's revisions. */
  readonly components?: {
    readonly predictor?: {
      readonly latestCreatedRevision?: string;
      readonly latestReadyRevision?: string;
      readonly latestRolledoutRevision?: string;
    };
  };
  /** Of each canary. */
  readonly canaryStatuses?: readonly { readonly name: string; readonly ready: boolean }[];
}

const RUNTIMES: Readonly<Record<Runtime, string>> = {
  digits: OWN_RUNTIME,
  triton: "kserve-tritonserver",
};

const MODE_ANNOTATION = "serving.kserve.io/deploymentMode";

/**
 * The object that serves a model version. The same options give the same object.
 *
 * @example
 * ```ts
 * import { inferenceService } from "@fourdotinfinity/digits-recognizer/kserve";
 *
 * const service = inferenceService({
 *   name: "mnist",
 *   storageUri: "minio://models/runs/12/repository",
 *   version: "3",
 *   runId: "12",
 * });
 * console.assert(service.spec.predictor.model?.storageUri === "s3://models/runs/12/repository");
 * ```
 * @throws {UsageError} when KServe can't take the name or fetch from the URI.
 */
export function inferenceService(options: ServiceOptions): InferenceService {
  const { name, version, runId, mode } = options;
  checkName(name);
  const own = { [VERSION_LABEL]: version, [RUN_LABEL]: runId };
  const predictor = predictorOf(options, own);
  return {
    apiVersion: KINDS.inferenceService.apiVersion,
    kind: KINDS.inferenceService.kind,
    metadata: {
      name,
      labels: {
        ...options.labels,
        "app.kubernetes.io/managed-by": OWN_RUNTIME,
        ...labelsOf(own),
      },
      annotations: {
        ...options.annotations,
        ...own,
        ...(mode !== undefined && { [MODE_ANNOTATION]: mode }),
      },
    },
    spec: { predictor },
  };
}

/** @param own what is known of the model, exactly. */
function predictorOf(options: ServiceOptions, own: Readonly<Record<string, string>>): Predictor {
  const { runtime = "digits", replicas = {}, scale, version } = options;
  const { image, pullPolicy, resources } = options;
  const { min = 1, max } = replicas;
  if (max !== undefined && max < min) {
    throw new UsageError(`Cannot run at least ${min} and at most ${max} replicas: raise max`);
  }
  const predictor = {
    serviceAccountName: options.serviceAccount ?? SERVING_ACCOUNT,
    minReplicas: min,
    ...(max !== undefined && { maxReplicas: max }),
    ...(scale && { scaleMetric: scale.metric, scaleTarget: scale.target }),
    model: {
      modelFormat: { name: "onnx", version: "1" },
      runtime: RUNTIMES[runtime],
      protocolVersion: "v2",
      storageUri: servingUri(options.storageUri),
      ...(runtime === "digits" && image !== undefined && { image }),
      ...(runtime === "digits" && pullPolicy !== undefined && { imagePullPolicy: pullPolicy }),
      ...(resources && { resources }),
    },
  };
  const revision = hashHex(JSON.stringify(predictor)).slice(0, 10);
  return {
    ...predictor,
    labels: { [VERSION_LABEL]: labelValue(version), [REVISION_LABEL]: revision },
    annotations: own,
  };
}

/** Longer names don't fit into the host names that KServe makes of them. */
const MAX_NAME = 40;

function checkName(name: string): void {
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= MAX_NAME) return;
  throw new UsageError(
    `Cannot name a service "${name}": take lower-case letters, digits and -, from a letter on, ` +
      `${MAX_NAME} at most`,
  );
}

/** What marks the pods of a predictor; undefined where others than we made it. */
export function revisionOf({ labels }: Predictor): string | undefined {
  return labels?.[REVISION_LABEL];
}

/** How a service runs, by today's names; undefined until KServe has seen it. */
export function modeOf({ status }: InferenceService): DeploymentMode | undefined {
  switch (status?.deploymentMode) {
    case "Standard":
    case "RawDeployment":
      return "Standard";
    case "Knative":
    case "Serverless":
      return "Knative";
    default:
      return undefined;
  }
}

/** What is wanted of a service, without what the cluster has noted on it. */
export function wantedOf(service: InferenceService): InferenceService {
  const { name, labels, annotations } = service.metadata;
  return {
    apiVersion: service.apiVersion,
    kind: service.kind,
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: service.spec,
  };
}

/** Texts as labels. */
export function labelsOf(
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key, labelValue(value)]),
  );
}
