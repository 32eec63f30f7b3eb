/** Asks a service's pod through the API server: outside of the cluster nobody knows its name. */
import { podsOf } from "../../lib/deploy/kserve/await_ready.ts";
import { isReady } from "../../lib/deploy/kserve/pod_problem.ts";
import type { Cluster } from "../../lib/deploy/kubernetes/cluster.ts";
import { openKubeConfig } from "../../lib/deploy/kubernetes/kube_config.ts";
import { KINDS, pathOf } from "../../lib/deploy/kubernetes/kube_object.ts";
import type { Fetch } from "../../lib/serve/client.ts";

export async function podFetch(
  cluster: Cluster,
  service: string,
): Promise<Fetch> {
  const pod = (await podsOf(cluster, service, undefined)).find(isReady);
  if (!pod) throw new Error(`no pod of ${service} is ready`);
  const { server, fetch } = await openKubeConfig();
  const path = pathOf(KINDS.pod, cluster.namespace, `${pod.metadata.name}:8080`);
  return async (url, init) => {
    const { pathname, search } = new URL(url);
    return await fetch(`${server}${path}/proxy${pathname}${search}`, init);
  };
}
