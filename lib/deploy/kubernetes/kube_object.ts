/**
 * Objects of a Kubernetes cluster, as its API writes them.
 *
 * @module
 */

/** What every object says of itself. */
export interface ObjectMeta {
  /** Unique among those of its kind and namespace. */
  readonly name: string;
  /** Absent on kinds that stand outside of namespaces. */
  readonly namespace?: string;
  /** What it can be found by. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What else is known of it. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Counts changes of what is wanted, from 1 on; of some kinds only. */
  readonly generation?: number;
  /** Changes with every change. */
  readonly resourceVersion?: string;
  /** When it was made, ISO 8601. */
  readonly creationTimestamp?: string;
  /** Set while it is being removed, ISO 8601. */
  readonly deletionTimestamp?: string;
}

/** Any object. */
export interface KubeObject {
  /** Group and version, such as `v1` or `serving.kserve.io/v1beta1`. */
  readonly apiVersion: string;
  /** Such as `Pod`. */
  readonly kind: string;
  /** Who it is. */
  readonly metadata: ObjectMeta;
}

/** One thing that an object's controller says of it. */
export interface Condition {
  /** Such as `Ready`. */
  readonly type: string;
  /** Whether it is so. */
  readonly status: "True" | "False" | "Unknown";
  /** Why, in a word. */
  readonly reason?: string;
  /** Why, in a sentence. */
  readonly message?: string;
}

/** A kind of object, and where the API has it. */
export interface Kind {
  /** Group and version. */
  readonly apiVersion: string;
  /** Its name. */
  readonly kind: string;
  /** Its name in paths. */
  readonly plural: string;
}

/** The kinds that we read or write. */
export const KINDS = {
  inferenceService: {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    plural: "inferenceservices",
  },
  servingRuntime: {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    plural: "servingruntimes",
  },
  pod: { apiVersion: "v1", kind: "Pod", plural: "pods" },
  event: { apiVersion: "v1", kind: "Event", plural: "events" },
  secret: { apiVersion: "v1", kind: "Secret", plural: "secrets" },
  roleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    plural: "rolebindings",
  },
  serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", plural: "serviceaccounts" },
} as const satisfies Readonly<Record<string, Kind>>;

/** The API group of an apiVersion; that of `v1` is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
}

/** Where a namespace's objects of a kind are, or one of them. */
export function pathOf({ apiVersion, plural }: Kind, namespace: string, name?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const all = `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** The condition of this type, where the object has it. */
export function conditionOf(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
