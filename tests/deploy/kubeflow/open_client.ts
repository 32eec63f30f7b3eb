/** A client of a fake Kubeflow, on a machine where nobody waits. */
import { KubeflowClient, type KubeflowClientOptions } from "../../../lib/deploy/kubeflow/mod.ts";
import { fakeHost } from "../../base/fake_host.ts";
import { FakeKubeflow, type FakeKubeflowOptions } from "./fake_kubeflow.ts";

export interface OpenClient extends AsyncDisposable {
  readonly server: FakeKubeflow;
  readonly client: KubeflowClient;
  /** In milliseconds; they passed at once. */
  readonly waits: readonly number[];
}

export async function openClient(
  server: FakeKubeflowOptions = {},
  options: Partial<KubeflowClientOptions> = {},
): Promise<OpenClient> {
  await using stack = new AsyncDisposableStack();
  const host = stack.use(await fakeHost());
  const fake = stack.use(await FakeKubeflow.start(server));
  const owned = stack.move();
  return {
    server: fake,
    client: new KubeflowClient({ endpoint: fake.url, host, ...options }),
    waits: host.waits,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
