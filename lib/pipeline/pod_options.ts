/**
 * What a step asks of the pod that it runs in on Kubernetes. Plain data; the
 * local runner has no use for it.
 *
 * @module
 */

/** What a step's pod is to be like; what is left out is the cluster's choice. */
export interface PodOptions {
  /** The image it runs, in place of the pipeline's. */
  readonly image?: string;
  /** When the image is pulled. */
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Secrets with the logins of image registries. */
  readonly pullSecrets?: readonly string[];
  /** Processors to reserve: `2`, `500m`. */
  readonly cpu?: string;
  /** Memory to reserve: `512Mi`, `4Gi`. */
  readonly memory?: string;
  /** Processors it may use at most. */
  readonly cpuLimit?: string;
  /** Memory it may use at most: above it the pod is killed. */
  readonly memoryLimit?: string;
  /** Devices: `{ type: "nvidia.com/gpu", count: 1 }`. */
  readonly accelerator?: { readonly type: string; readonly count: number };
  /** Environment variables. No secrets: they stand in the compiled pipeline. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment variables from Secrets: `keys` holds the key of each variable. */
  readonly secretEnv?: readonly {
    readonly secret: string;
    readonly keys: Readonly<Record<string, string>>;
    /** Whether the pod starts without it. */
    readonly optional?: boolean;
  }[];
  /** Environment variables from ConfigMaps: `keys` holds the key of each variable. */
  readonly configMapEnv?: readonly {
    readonly configMap: string;
    readonly keys: Readonly<Record<string, string>>;
    /** Whether the pod starts without it. */
    readonly optional?: boolean;
  }[];
  /** Environment variables from the pod itself: `{ RUN: "metadata.labels['pipeline/runid']" }`. */
  readonly fieldEnv?: Readonly<Record<string, string>>;
  /** Secrets as folders of one file a key. */
  readonly secretVolumes?: readonly {
    readonly secret: string;
    readonly mountPath: string;
    /** Whether the pod starts without it. */
    readonly optional?: boolean;
  }[];
  /** ConfigMaps as folders of one file a key. */
  readonly configMapVolumes?: readonly {
    readonly configMap: string;
    readonly mountPath: string;
    /** Whether the pod starts without it. */
    readonly optional?: boolean;
  }[];
  /** PersistentVolumeClaims as folders. */
  readonly volumes?: readonly {
    readonly claim: string;
    readonly mountPath: string;
    /** Only this folder of it. */
    readonly subPath?: string;
  }[];
  /** Taints of nodes that do not keep it away. */
  readonly tolerations?: readonly Toleration[];
  /** Labels that its node must have. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Labels of the pod. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the pod. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A taint of nodes that does not keep a pod away, as Kubernetes has it. */
export interface Toleration {
  /** The taint's; without it: any, with `operator: "Exists"`. */
  readonly key?: string;
  /** Whether its value counts. */
  readonly operator?: "Exists" | "Equal";
  /** The taint's value. */
  readonly value?: string;
  /** What the taint does; without it: anything. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /** How long it stays on a node that gets the taint. */
  readonly tolerationSeconds?: number;
}
