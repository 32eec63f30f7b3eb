import assert from "node:assert/strict";
import type { Host } from "../../lib/base/host.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { recordInMlflow } from "../../scripts/cli/mlflow_recording.ts";
import type { PodRecording } from "../../scripts/cli/pod_recording.ts";
import { statusOf } from "../../scripts/cli/shared_status.ts";
import { FakeMlflow } from "../track/mirror/fake_mlflow.ts";

/** Pods that share a server, and have a folder each. */
class Cluster implements AsyncDisposable {
  readonly server = new FakeMlflow();
  readonly notices: string[] = [];
  readonly #stack = new AsyncDisposableStack();
  #time = 1_000;

  /** Where all waiting is over soon. */
  hasty = false;

  async pod(
    component: string,
    { work = component, runId, kubeflow = true }: {
      readonly work?: string;
      readonly runId?: string;
      readonly kubeflow?: boolean;
    } = {},
  ): Promise<PodRecording> {
    const folder = await Deno.makeTempDir({ prefix: "digits-pod-" });
    this.#stack.defer(() => Deno.remove(folder, { recursive: true }));
    return this.#stack.use(
      await recordInMlflow({
        mlflow: { trackingUri: this.server.url, auth: { kind: "none" }, runId },
        kubeflow: kubeflow ? { id: "0b5e-run", name: "digits-abcde" } : undefined,
        work,
        component,
        experiment: () => Promise.resolve("tests"),
        folder,
        host: this.#host(),
        transfer: undefined,
        notice: (sentence) => this.notices.push(sentence),
        say: () => {},
        signal: new AbortController().signal,
      }),
    );
  }

  /** The only run. */
  get run() {
    const [run, ...others] = [...this.server.runs.values()].filter(({ deleted }) => !deleted);
    assert.equal(others.length, 0);
    return run!;
  }

  #host(): Host {
    const server = this.server.host(() => this.#time++);
    const sleep: Host["sleep"] = async (milliseconds, options) => {
      if (!this.hasty) return await server.sleep(milliseconds, options);
      options?.signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, milliseconds / 1_000));
      options?.signal?.throwIfAborted();
    };
    return { ...localHost({ cacheFolder: "" }), ...server, sleep };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

const stateOf = ({ server }: Cluster, id: string) => {
  const { status, tags, name } = server.runs.get(id)!;
  const steps = [...tags].filter(([key]) => key.startsWith("kubeflow.step."));
  return { status, name, steps: Object.fromEntries(steps) };
};

Deno.test("recordInMlflow() makes one run for all pods of a Kubeflow run, one after another", async () => {
  await using cluster = new Cluster();
  const acquire = await cluster.pod("acquire");
  const { id } = acquire.run;
  assert.equal(stateOf(cluster, id).status, "RUNNING");
  await acquire.run.tag({ dataset: "mnist" });
  await acquire.end("succeeded");
  assert.equal(stateOf(cluster, id).status, "FINISHED");
  const train = await cluster.pod("train");
  assert.equal(train.run.id, id);
  assert.deepEqual(stateOf(cluster, id), {
    status: "RUNNING",
    name: "digits-abcde",
    steps: { "kubeflow.step.acquire": "succeeded", "kubeflow.step.train": "running" },
  });
  await train.run.params({ optimizer: "adam" });
  await train.run.log({ loss: 0.5 }, 1);
  await train.end("succeeded");
  const { tags, params, metrics } = cluster.run;
  assert.equal(tags.get("kubeflow.run_id"), "0b5e-run");
  assert.equal(tags.get("dataset"), "mnist");
  assert.equal(params.get("optimizer"), "adam");
  assert.deepEqual(metrics.map(({ key, value, step }) => [key, value, step]), [["loss", 0.5, 1]]);
  assert.equal(stateOf(cluster, id).status, "FINISHED");
  assert.deepEqual(cluster.notices, []);
});

Deno.test("recordInMlflow() leaves one run of pods that start at the same moment", async () => {
  await using cluster = new Cluster();
  const works = ["train-1", "train-2", "train-3"];
  const pods = await Promise.all(works.map((work) => cluster.pod("train", { work })));
  const ids = new Set(pods.map(({ run }) => run.id));
  assert.deepEqual([...ids], [cluster.run.runId]);
  await Promise.all(pods.map(async (pod, i) => {
    await pod.run.log({ [`loss_${i}`]: i }, 1);
    await pod.end("succeeded");
  }));
  assert.equal(cluster.run.metrics.length, 3);
  assert.equal(cluster.run.status, "FINISHED");
});

Deno.test("recordInMlflow() tells a failure until an attempt at the same work succeeds", async () => {
  await using cluster = new Cluster();
  const first = await cluster.pod("train");
  await first.run.log({ loss: 0.5 }, 1);
  await first.end("failed", "no memory");
  assert.equal(cluster.run.status, "FAILED");
  const other = await cluster.pod("evaluate");
  await other.end("succeeded");
  assert.equal(cluster.run.status, "FAILED");
  const again = await cluster.pod("train");
  assert.equal(cluster.run.status, "RUNNING");
  await again.run.log({ loss: 0.5 }, 1);
  await again.run.log({ loss: 0.4 }, 2);
  await again.end("succeeded");
  assert.equal(cluster.run.status, "FINISHED");
  assert.deepEqual(cluster.run.metrics.map(({ step }) => step), [1, 2]);
  const stopped = await cluster.pod("serve");
  await stopped.end("stopped");
  assert.equal(cluster.run.status, "KILLED");
});

Deno.test("recordInMlflow() logs into the run that Kubeflow made, and leaves its end to it", async () => {
  await using cluster = new Cluster();
  const client = new MlflowClient({
    trackingUri: cluster.server.url,
    host: cluster.server.host(() => 0),
  });
  const { experimentId } = await client.experiments.ensure("theirs");
  const { info } = await client.runs.create({ experimentId, runName: "theirs" });
  const pod = await cluster.pod("train", { runId: info.runId });
  assert.equal(pod.run.id, info.runId);
  await pod.run.log({ loss: 0.5 }, 1);
  await pod.end("succeeded");
  assert.equal(cluster.run.metrics.length, 1);
  assert.deepEqual(stateOf(cluster, info.runId), { status: "RUNNING", name: "theirs", steps: {} });
});

Deno.test("recordInMlflow() makes and ends a run for a step that no Kubeflow runs", async () => {
  await using cluster = new Cluster();
  const pod = await cluster.pod("train", { kubeflow: false });
  await pod.end("failed", "no luck");
  assert.deepEqual([cluster.run.name, cluster.run.status], ["train", "FAILED"]);
});

Deno.test("recordInMlflow() registers models as versions of the shared run", async () => {
  await using cluster = new Cluster();
  const { run, end } = await cluster.pod("register");
  const files = { "model.bin": Uint8Array.of(1, 2, 3) };
  const made = await run.registry.register("digits", files, { runId: run.id, tags: {} });
  const again = await run.registry.register("digits", files, { runId: run.id, tags: {} });
  await end("succeeded");
  assert.deepEqual([made.version, made.runId, again.version], [1, run.id, 1]);
  const [version, ...others] = cluster.server.models.get("digits")!.versions;
  assert.deepEqual([version!.runId, others.length], [cluster.run.runId, 0]);
});

Deno.test("recordInMlflow() lets a step go on without a server, and sends what it can in the end", async () => {
  await using cluster = new Cluster();
  cluster.hasty = true;
  cluster.server.fault = () => "dropped before";
  const lost = await cluster.pod("acquire");
  await lost.run.log({ digits: 10 }, 1);
  await lost.end("succeeded");
  assert.match(cluster.notices.at(-1)!, /^MLflow does not have all of acquire: /);
  await lost[Symbol.asyncDispose]();
  const pod = await cluster.pod("train");
  await pod.run.log({ loss: 0.5 }, 1);
  cluster.server.fault = () => undefined;
  await pod.end("succeeded");
  assert.equal(cluster.run.metrics.length, 1);
  assert.equal(cluster.run.status, "FINISHED");
});

Deno.test("statusOf() is what the steps say together", () => {
  for (
    const [states, status] of [
      [[], "FINISHED"],
      [["succeeded", "succeeded"], "FINISHED"],
      [["succeeded", "stopped"], "KILLED"],
      [["stopped", "failed"], "FAILED"],
      [["failed", "running"], "RUNNING"],
    ] as const
  ) {
    const tags = states.map((state, i) => [`kubeflow.step.${i}`, state]);
    assert.equal(statusOf({ other: "failed", ...Object.fromEntries(tags) }), status);
  }
});
