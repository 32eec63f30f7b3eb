/**
 * Whether pipelines can run on Kubeflow. Nothing is made there.
 *
 * @module
 */
import { messageOf } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { Settings } from "../../lib/config.ts";
import type { KubeflowClient } from "../../lib/deploy/kubeflow/kubeflow_client.ts";
import { KubeflowError } from "../../lib/deploy/kubeflow/kubeflow_error.ts";
import { checkKubeflow, openKubeflow } from "../../lib/deploy/kubeflow/open_kubeflow.ts";
import { Doubt, type Topic } from "./examine.ts";

/** What a run needs of Kubeflow. */
export async function kubeflowTopic(
  settings: Settings,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<Topic> {
  const { namespace, image } = settings;
  const client = await openKubeflow(settings, { host, attempts: 1 });
  return {
    topic: `Kubeflow at ${client.url}`,
    checks: [
      {
        what: "ask for its version",
        run: async () => `Pipelines ${await checkKubeflow(client, { namespace, signal })}`,
      },
      { what: "list experiments", run: () => tryList(client, signal) },
      { what: "read what steps gave", run: () => tryMetadata(client, signal) },
      { what: "know the image", run: () => knowImage(image) },
    ],
    advise: (error) =>
      error instanceof KubeflowError && error.code === "NO_ANSWER"
        ? `Is it reachable from here? curl -i ${client.url}/apis/v2beta1/healthz must answer 200`
        : null,
  };
}

async function tryList(client: KubeflowClient, signal: AbortSignal): Promise<string> {
  for await (const _ of client.experiments.list({ pageSize: 1, signal })) return "there are some";
  return "there are none yet";
}

async function tryMetadata(client: KubeflowClient, signal: AbortSignal): Promise<string> {
  try {
    await client.metadata.executions("doctor", { signal }); // no run of that name: nothing is found
    return "the metadata store answers";
  } catch (error) {
    if (!(error instanceof KubeflowError)) throw error;
    throw new Doubt(`${messageOf(error)}: runs work, but their summary is on their page only`);
  }
}

// deno-lint-ignore require-await
async function knowImage(image: string | undefined): Promise<string> {
  if (image !== undefined) return image;
  throw new Doubt("DIGITS_IMAGE is not set: deno task image makes an image and sets it");
}
