/** A cluster with KServe in it, and what a deployment there needs. */
import { type Cluster, openCluster } from "../../../lib/deploy/kubernetes/cluster.ts";
import type { DeployOptions } from "../../../lib/deploy/kserve/deploy_model.ts";
import { type FakeHost, fakeHost } from "../../base/fake_host.ts";
import {
  type TestCluster,
  testCluster,
  type TestClusterOptions,
} from "../kubernetes/test_cluster.ts";
import { standardController } from "./test_controller.ts";
import { refusalOf } from "./test_webhook.ts";

export interface Place extends AsyncDisposable {
  readonly server: TestCluster;
  readonly cluster: Cluster;
  readonly host: FakeHost;
  /** What was waited for. */
  readonly said: readonly string[];
  /** Options that deploy a version of `mnist`. */
  version(version: number, changes?: Partial<DeployOptions>): DeployOptions;
}

export async function place(options: TestClusterOptions = {}): Promise<Place> {
  const stack = new AsyncDisposableStack();
  const server: TestCluster = stack.use(
    await testCluster({
      reconcile: standardController(),
      refuse: ({ object }) => object && refusalOf(object, server.spec("mnist")),
      ...options,
    }),
  );
  const host = stack.use(await fakeHost());
  const cluster = await openCluster({ host, kubeconfig: await server.kubeconfig() });
  const said: string[] = [];
  return {
    server,
    cluster,
    host,
    said,
    version: (version, changes = {}) => ({
      cluster,
      host,
      name: "mnist",
      storageUri: `minio://models/runs/${version}/repository`,
      version: String(version),
      runId: `run-${version}`,
      image: "registry.example/digits:1",
      progress: (message) => said.push(message),
      ...changes,
    }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
