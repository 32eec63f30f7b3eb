/** The pods of a Kubeflow run, as processes, with a real MLflow. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { bundleComponent, defineComponent, integer } from "../../lib/pipeline/mod.ts";
import { acquireStep } from "../../lib/steps/acquire_step.ts";
import { evaluateStep } from "../../lib/steps/evaluate_step.ts";
import { preprocessStep } from "../../lib/steps/preprocess_step.ts";
import { registerStep } from "../../lib/steps/register_step.ts";
import { trainStep } from "../../lib/steps/train_step.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { type RealServer, startMlflow } from "../../scripts/services/mod.ts";
import { Desk } from "../scripts/command_line.ts";
import { Pods } from "../scripts/execute_pod.ts";
import { runPython } from "./python.ts";

let server: RealServer;
Deno.test.beforeAll(async () => {
  server = await startMlflow();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Every active run with Kubeflow's id, as MLflow's own client finds it. */
const READ_RUNS = `
import json, sys, mlflow
runs = mlflow.search_runs(
    search_all_experiments=True, output_format="list",
    filter_string=f"tags.\`kubeflow.run_id\` = '{json.loads(sys.argv[1])}'")
client = mlflow.MlflowClient()
print(json.dumps([{
    "id": run.info.run_id,
    "name": run.info.run_name,
    "status": run.info.status,
    "ended": run.info.end_time is not None,
    "experiment": client.get_experiment(run.info.experiment_id).name,
    "params": run.data.params,
    "metrics": run.data.metrics,
    "tags": run.data.tags,
} for run in runs]))
`;

interface FoundRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly ended: boolean;
  readonly experiment: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

const runsOf = (kubeflow: string): Promise<readonly FoundRun[]> =>
  runPython(READ_RUNS, { trackingUri: server.url, input: kubeflow });

const env = (more: Readonly<Record<string, string>>) => ({
  MLFLOW_TRACKING_URI: server.url,
  ...more,
});

Deno.test("execute records all steps of a Kubeflow run in one MLflow run", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 1_200, test: 200 });
  const id = "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99";
  await using pods = new Pods(env({
    KFP_RUN_ID: id,
    KFP_POD_NAME: "digits-recognizer-x7k2p-system-container-impl-123456789",
  }));
  const shared = { mlflow_experiment: "in-pods" };
  const acquired = await pods.run(acquireStep, {
    params: { ...shared, dataset: join(desk.path, "digits") },
  });
  const { digits } = acquired.artifacts;
  const { artifacts: split } = await pods.run(preprocessStep, {
    params: shared,
    artifacts: { digits: digits! },
  });
  const { validation, test } = split;
  const params = { ...shared, dataset: "custom" };
  const { artifacts: { model } } = await pods.run(trainStep, {
    params: { ...params, no_epochs: 2 },
    artifacts: { train: split["train"]!, validation: validation! },
  });
  const { parameterValues: { accuracy } } = await pods.run(evaluateStep, {
    params,
    artifacts: { model: model!, test: test! },
  });
  const register = () =>
    pods.run(registerStep, {
      params: { ...params, accuracy: accuracy! },
      artifacts: { model: model!, validation: validation! },
    });
  const first = await register();
  const [run, ...others] = await runsOf(id);
  assert.equal(others.length, 0);
  assert.equal(run!.name, "digits-recognizer-x7k2p");
  assert.deepEqual([run!.experiment, run!.status, run!.ended], ["in-pods", "FINISHED", true]);
  assert.equal(run!.params["epochs"], "2");
  assert.equal(run!.metrics["test_accuracy"], accuracy);
  assert.ok("val_loss" in run!.metrics, Object.keys(run!.metrics).join());
  const steps = Object.entries(run!.tags).filter(([key]) => key.startsWith("kubeflow.step."));
  assert.deepEqual(steps.map(([, state]) => state), Array(5).fill("succeeded"));
  assert.match(
    first.stderr,
    new RegExp(`Recording in ${server.url}/#/experiments/\\d+/runs/${run!.id}`),
  );

  // Kubeflow may try again what has succeeded: its answer may have been lost.
  const again = await register();
  assert.deepEqual(again.parameterValues, first.parameterValues);
  assert.match(again.stderr, /✓ register +unchanged/);
  const { name } = first.parameterValues as { readonly name: string };
  const client = new MlflowClient({ trackingUri: server.url });
  const filter = `name = '${name}'`;
  const versions = await Array.fromAsync(client.registry.searchVersions({ filter }));
  assert.deepEqual(versions.map(({ version, runId }) => [version, runId]), [[1, run!.id]]);
  assert.equal((await runsOf(id)).length, 1);
});

const measure = defineComponent({
  name: "measure",
  description: "Logs one number",
  inputs: { turn: integer("Which one") },
  outputs: {},
  async run({ turn }, { run }) {
    await run.log({ [`turn_${turn}`]: turn }, 1);
    await run.tag({ [`seen_${turn}`]: run.id });
    return {};
  },
});

Deno.test("execute leaves one MLflow run of pods that run at the same time", async () => {
  const id = "11111111-2222-3333-4444-555555555555";
  await using pods = new Pods(env({ KFP_RUN_ID: id }));
  const source = bundleComponent(measure);
  await Promise.all(
    [1, 2, 3].map((turn) => pods.run(measure, { params: { turn } }, source)),
  );
  const [run, ...others] = await runsOf(id);
  assert.equal(others.length, 0);
  assert.deepEqual(run!.metrics, { turn_1: 1, turn_2: 2, turn_3: 3 });
  assert.deepEqual([run!.tags["seen_2"], run!.status], [run!.id, "FINISHED"]);
  assert.equal(run!.experiment, "digits-recognizer-kfp");
});

Deno.test("execute logs into the run that Kubeflow's own plugin made, and leaves its end to it", async () => {
  const client = new MlflowClient({ trackingUri: server.url });
  const { experimentId } = await client.experiments.ensure("kubeflow");
  const { info } = await client.runs.create({ experimentId, runName: "measure" });
  await using pods = new Pods(env({
    KFP_RUN_ID: "99999999-2222-3333-4444-555555555555",
    MLFLOW_RUN_ID: info.runId,
    MLFLOW_EXPERIMENT_ID: experimentId,
  }));
  await pods.run(measure, { params: { turn: 7 } }, bundleComponent(measure));
  const run = await client.runs.get(info.runId);
  assert.deepEqual(run!.metrics.map(({ key, value }) => [key, value]), [["turn_7", 7]]);
  assert.deepEqual([run!.info.status, run!.tags["seen_7"]], ["RUNNING", info.runId]);
  assert.equal((await runsOf("99999999-2222-3333-4444-555555555555")).length, 1);
});
