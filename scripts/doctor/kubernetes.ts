/**
 * Whether models can be served on the cluster. Nothing is made there.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import { inferenceService } from "../../lib/deploy/kserve/inference_service.ts";
import {
  DEPLOYER_ROLE,
  MANAGER,
  OWN_RUNTIME,
  SERVING_ACCOUNT,
  STEP_SECRET,
} from "../../lib/deploy/kserve/names.ts";
import { DEPLOYER_RIGHTS } from "../../lib/deploy/kserve/rights.ts";
import { type Cluster, openCluster, type Right } from "../../lib/deploy/kubernetes/cluster.ts";
import { KubeError } from "../../lib/deploy/kubernetes/kube_error.ts";
import {
  groupOf,
  type Kind,
  KINDS,
  type KubeObject,
} from "../../lib/deploy/kubernetes/kube_object.ts";
import { type Check, Doubt, type Topic } from "./examine.ts";

/** Where to look. */
export interface KubernetesOptions {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Undefined means the context's. */
  readonly namespace: string | undefined;
  /** Undefined means the usual places. */
  readonly kubeconfig?: string;
}

/** All that deploying to KServe needs. Reads the kubeconfig, and asks nothing yet. */
export async function kubernetesTopic(options: KubernetesOptions): Promise<Topic> {
  const { host, signal, namespace, kubeconfig } = options;
  try {
    const cluster = await openCluster({
      host,
      ...(namespace !== undefined && { namespace }),
      ...(kubeconfig !== undefined && { kubeconfig }),
    });
    return {
      topic: `KServe on ${cluster.server}, namespace ${cluster.namespace}`,
      checks: checksOf(cluster, signal),
      advise: () => null, // what fails here says what to do
    };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const run = () => Promise.reject(new Doubt(error.message)); // steps in pods have the pod's account
    return { topic: "KServe", checks: [{ what: "find the cluster", run }], advise: () => null };
  }
}

function checksOf(cluster: Cluster, signal: AbortSignal): readonly Check[] {
  return [
    {
      what: "reach the cluster",
      run: async () => `Kubernetes ${await cluster.version({ signal })}`,
    },
    { what: "find KServe", run: () => findKserve(cluster, signal) },
    ...[...Map.groupBy(DEPLOYER_RIGHTS, resourceOf)].map(([resource, rights]) => ({
      what: `may use ${resource}`,
      run: () => tryRights(cluster, rights, signal),
    })),
    { what: "find the steps' right", run: () => findBinding(cluster, signal) },
    { what: "find our runtime", run: () => findRuntime(cluster, signal) },
    { what: "find its account", run: () => findAccount(cluster, signal) },
    { what: "find its Secret", run: () => findServingSecret(cluster, signal) },
    { what: "find the steps' Secret", run: () => findStepSecret(cluster, signal) },
    { what: "ask for a service", run: () => tryService(cluster, signal) },
  ];
}

async function findKserve(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const { apiVersion } = KINDS.inferenceService;
  const versions = await cluster.groupVersions(groupOf(apiVersion), { signal });
  if (versions.includes(apiVersion)) return versions.join(", ");
  throw new KubeError(
    `Cannot serve models there as KServe is not installed (${apiVersion} is not known): install ` +
      "it, or choose the cluster that has it (kubectl config use-context NAME)",
    { failure: "not-installed" },
  );
}

function resourceOf({ resource, subresource }: Right): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

async function tryRights(
  cluster: Cluster,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<string> {
  const allowed = await Promise.all(rights.map((right) => cluster.may(right, { signal })));
  const lacking = rights.filter((_, i) => !allowed[i]).map(({ verb }) => verb);
  if (lacking.length === 0) return rights.map(({ verb }) => verb).join(", ");
  throw new Doubt(
    `This account may not ${lacking.join(", ")} them; the one that deploys must, and is given ` +
      `that by kubectl apply -k deploy -n ${cluster.namespace}`,
  );
}

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Pods of Kubeflow have another account than who asks. */
async function findBinding(cluster: Cluster, signal: AbortSignal): Promise<string> {
  interface Binding extends KubeObject {
    readonly subjects?: readonly { readonly name: string; readonly namespace?: string }[];
  }
  const { subjects = [] } = await find<Binding>(cluster, KINDS.roleBinding, DEPLOYER_ROLE, signal);
  return subjects.map(({ name, namespace = "all namespaces" }) => `${name} of ${namespace}`)
    .join(", ") || "nobody has it";
}

async function findRuntime(cluster: Cluster, signal: AbortSignal): Promise<string> {
  interface Runtime extends KubeObject {
    readonly spec: { readonly containers: readonly { readonly image?: string }[] };
  }
  const found = await find<Runtime>(cluster, KINDS.servingRuntime, OWN_RUNTIME, signal);
  return found.spec.containers[0]?.image ?? "without an image";
}

async function findAccount(cluster: Cluster, signal: AbortSignal): Promise<string> {
  interface Account extends KubeObject {
    readonly secrets?: readonly { readonly name: string }[];
  }
  const found = await find<Account>(cluster, KINDS.serviceAccount, SERVING_ACCOUNT, signal);
  const secrets = (found.secrets ?? []).map(({ name }) => name);
  if (secrets.includes(SERVING_ACCOUNT)) return `with the Secret ${SERVING_ACCOUNT}`;
  throw new Doubt(
    `The ServiceAccount does not list the Secret ${SERVING_ACCOUNT}, so that KServe can't read ` +
      `the bucket: kubectl apply -k deploy -n ${cluster.namespace}`,
  );
}

async function findServingSecret(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const { metadata, data = {} } = await find<Secret>(
    cluster,
    KINDS.secret,
    SERVING_ACCOUNT,
    signal,
  );
  const lacking = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].filter((key) => !data[key]);
  if (lacking.length > 0) {
    throw new Doubt(`It lacks ${lacking.join(" and ")}: see deploy/secrets.yaml`);
  }
  const endpoint = metadata.annotations?.["serving.kserve.io/s3-endpoint"];
  if (endpoint === undefined) {
    throw new Doubt("It names no serving.kserve.io/s3-endpoint, so that KServe asks Amazon's S3");
  }
  if (!endpoint.includes("://")) return endpoint;
  throw new Doubt(
    `Its serving.kserve.io/s3-endpoint must be HOST:PORT: got "${endpoint}"; http:// is ` +
      'serving.kserve.io/s3-usehttps: "0"',
  );
}

async function findStepSecret(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const { data = {} } = await find<Secret>(cluster, KINDS.secret, STEP_SECRET, signal);
  return Object.keys(data).filter((key) => data[key] !== "").sort().join(", ") || "empty";
}

/** Asks the webhooks too. */
async function tryService(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const service = inferenceService({
    name: `${MANAGER}-doctor`,
    storageUri: "s3://doctor/none",
    version: "1",
    runId: "doctor",
  });
  try {
    await cluster.apply(KINDS.inferenceService, service, {
      manager: MANAGER,
      dryRun: true,
      signal,
    });
    return "it would be made";
  } catch (error) {
    throw isForbidden(error) ? new Doubt(error.message) : error;
  }
}

async function find<T extends KubeObject>(
  cluster: Cluster,
  kind: Kind,
  name: string,
  signal: AbortSignal,
): Promise<T> {
  let found: T | undefined;
  try {
    found = await cluster.get<T>(kind, name, { signal });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Doubt(
      `This account may not look at ${kind.plural}: ask somebody who may for ${name}`,
    );
  }
  if (found !== undefined) return found;
  const how = kind === KINDS.secret
    ? `fill in a copy of deploy/secrets.yaml, and kubectl apply -f COPY -n ${cluster.namespace}`
    : `kubectl apply -k deploy -n ${cluster.namespace}`;
  throw new Doubt(`There is no ${kind.kind} ${name}: ${how}`);
}

function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.failure === "forbidden";
}
