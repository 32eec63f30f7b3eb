/**
 * The whole way on a real cluster that has what `deploy/README.md` lists: `deno task test:live`.
 *
 * KUBECONFIG, KFP_ENDPOINT and DIGITS_IMAGE must be set. K8S_NAMESPACE (kubeflow), KFP_TOKEN or
 * KFP_HEADERS, DIGITS_LIVE_PULL_POLICY (the cluster's) and DIGITS_LIVE_DATA (synthetic) may be. What
 * it makes it deletes, but for the run when that fails and the model in the registry.
 */
import assert from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import { loadSettings } from "../../lib/config.ts";
import { deleteService, getService, serviceLogs } from "../../lib/deploy/kserve/services.ts";
import { openCluster } from "../../lib/deploy/kubernetes/cluster.ts";
import { followRun } from "../../lib/deploy/kubeflow/follow_run.ts";
import type { KubeflowClient } from "../../lib/deploy/kubeflow/kubeflow_client.ts";
import type { KubeflowRun } from "../../lib/deploy/kubeflow/run.ts";
import { datasetProfile } from "../../lib/digits/datasets.ts";
import { imageAt } from "../../lib/digits/digits.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { connect } from "../../lib/serve/client.ts";
import { openKubeflow } from "../../lib/deploy/kubeflow/open_kubeflow.ts";
import { podFetch } from "./pod_fetch.ts";

const missing = ["KUBECONFIG", "KFP_ENDPOINT", "DIGITS_IMAGE"]
  .filter((name) => (Deno.env.get(name) ?? "") === "");
const NAME = "digits-recognizer-live";

Deno.test({
  name: "a pipeline runs on Kubeflow, and leaves a KServe service that reads digits" +
    (missing.length === 0 ? "" : ` (set ${missing.join(" and ")})`),
  ignore: missing.length > 0,
  async fn(test) {
    const values = Deno.env.toObject();
    const settings = loadSettings([{ name: "environment", values, exclusive: false }]);
    const namespace = settings.namespace ?? "kubeflow"; // where a Kubeflow of one user runs steps
    const data = values.DIGITS_LIVE_DATA ?? "synthetic";
    const service = datasetProfile(data).modelName;
    await using stack = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir();
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const host = localHost({ cacheFolder: folder });
    const cluster = await openCluster({ host, namespace });
    const client = await openKubeflow(settings, { host });
    /** What comes after a step needs it. */
    const step = async (name: string, run: () => Promise<void>) =>
      assert(await test.step(name, run), `it went no further than "${name}"`);
    const command = (args: readonly string[]) => runTask(args, namespace);

    await step("deno task doctor finds all that it needs", async () => {
      await command(["doctor"]);
    });

    let yaml = "";
    await step("the pipeline compiles", async () => {
      const file = `${folder}/pipeline.yaml`;
      await command([
        ...["pipeline", "--compile-only", "--output", file, "--data", data, "--epochs", "1"],
        ...pullPolicy(values.DIGITS_LIVE_PULL_POLICY),
      ]);
      yaml = await Deno.readTextFile(file);
    });

    let runId = "";
    await step("it is uploaded, and started", async () => {
      const { pipelineId, pipelineVersionId } = await client.pipelines.ensureVersion(yaml, {
        name: NAME,
      });
      stack.defer(() => removePipeline(client, pipelineId));
      runId = await start(client, { pipelineId, pipelineVersionId });
      console.error(client.runLink(runId));
    });

    await step("it succeeds", async () => {
      const run = await lastOf(client, runId);
      assert.equal(run.state, "SUCCEEDED", client.runLink(runId));
      stack.defer(() => client.runs.delete(runId));
    });

    await step("its model is better than the champion before", async () => {
      const executions = await client.metadata.executions(runId);
      const contest = executions.find(({ task }) => task === "contest");
      assert(contest, "it does not reach the gate, so that there was no contest");
      assert.equal(
        contest.outputs["wins"],
        true,
        `the champion of an earlier run stays: delete the model ${service} from MLflow, or ` +
          `registry/${service} from the bucket, and run this again`,
      );
    });

    await step("the service is ready", async () => {
      stack.defer(async () => void await deleteService(cluster, service));
      const view = await getService(cluster, service);
      assert(view, `there is no service ${service} in ${namespace}`);
      assert.equal(view.ready, true, view.reason ?? "");
      assert.match(view.storageUri ?? "", /^s3:\/\//);
    });

    await step("it reads digits", async () => {
      const { test: digits } = syntheticDataset({ train: 10, test: 10 });
      const ask = await podFetch(cluster, service);
      const answers = await connect("http://service", {
        model: service,
        fetch: ask,
        protocol: "v1",
      })
        .predict(Array.from(digits.labels, (_, i) => imageAt(digits, i)));
      const right = answers.filter((answer, i) => answer.class === digits.labels[i]).length;
      assert(right >= 5, `it reads only ${right} of 10 right`);
      assert((await serviceLogs(cluster, service)).size > 0);
    });

    await step("it is deleted", async () => {
      assert.equal(await deleteService(cluster, service), true);
      const end = Date.now() + 120_000;
      while (await getService(cluster, service) !== undefined) {
        assert(Date.now() < end, "it is still there after two minutes");
        await host.sleep(2_000);
      }
    });
  },
});

async function start(
  client: KubeflowClient,
  pipeline: { readonly pipelineId: string; readonly pipelineVersionId: string },
): Promise<string> {
  const { experimentId } = await client.experiments.ensure(NAME);
  const displayName = `${NAME}-${Date.now()}`;
  const run = await client.runs.create({ pipeline, experimentId, displayName });
  return run.runId;
}

async function lastOf(client: KubeflowClient, runId: string): Promise<KubeflowRun> {
  for await (const moment of followRun(client, runId)) {
    if (moment.type === "step") console.error(`  ${moment.step.name} ${moment.step.state}`);
    if (moment.type === "end") return moment.run;
  }
  throw new Error("the run has no end");
}

async function removePipeline(client: KubeflowClient, pipelineId: string): Promise<void> {
  for await (const { pipelineVersionId } of client.pipelines.versions(pipelineId)) {
    await client.pipelines.deleteVersion(pipelineId, pipelineVersionId);
  }
  await client.pipelines.delete(pipelineId);
}

function pullPolicy(policy: string | undefined): readonly string[] {
  return policy === undefined ? [] : ["--pull-policy", policy];
}

async function runTask(args: readonly string[], namespace: string): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/main.ts", ...args],
    env: { K8S_NAMESPACE: namespace },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  assert.equal(code, 0, `${args[0]} ended with exit code ${code}`);
}
