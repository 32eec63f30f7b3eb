/**
 * The Kubeflow that the settings name.
 *
 * @module
 */
import type { Host } from "../../base/host.ts";
import { UsageError } from "../../base/errors.ts";
import type { Settings } from "../../config.ts";
import { TOKEN_PATH } from "./kubeflow_auth.ts";
import { KubeflowClient } from "./kubeflow_client.ts";

/**
 * A client for it. Where no login is set, and Kubeflow has mounted a token into this pod, that is
 * the login.
 *
 * @throws {UsageError} when none is set.
 */
export async function openKubeflow(
  { kubeflow, namespace }: Pick<Settings, "kubeflow" | "namespace">,
  { host, attempts = 4 }: { readonly host: Host; readonly attempts?: number },
): Promise<KubeflowClient> {
  if (kubeflow === undefined) {
    throw new UsageError(
      "Cannot use Kubeflow as KFP_ENDPOINT is not set: set it to the address of Kubeflow's " +
        "pages, such as http://127.0.0.1:8080",
    );
  }
  const { endpoint, auth } = kubeflow;
  const mounted = auth.kind === "none" && await host.disk.stat(TOKEN_PATH) !== undefined;
  return new KubeflowClient({
    endpoint,
    auth: mounted ? { kind: "in-cluster" } : auth,
    namespace,
    host,
    attempts,
  });
}

/**
 * Makes sure that it is one that we can use.
 *
 * @returns its version, such as `2.17.0`
 * @throws {UsageError} when it needs a namespace and none is set.
 */
export async function checkKubeflow(
  client: KubeflowClient,
  { namespace, signal }: Pick<Settings, "namespace"> & { readonly signal: AbortSignal },
): Promise<string> {
  const { version, multiUser } = await client.health({ signal });
  if (!multiUser || namespace !== undefined) return version;
  throw new UsageError(
    `Cannot use Kubeflow Pipelines at ${client.url} without a namespace, as it has many users: ` +
      "set K8S_NAMESPACE to yours",
  );
}
