import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKfp } from "../../scripts/services/kfp.ts";
import { startMinio, startMlflow } from "../../scripts/services/mod.ts";
import { startPodman } from "../../scripts/services/podman.ts";
import { Desk, ended } from "../scripts/command_line.ts";
import { settingsFor } from "../services/pipeline_run.ts";
import { runPython } from "../services/python.ts";
import { buildImage, imageInEnv } from "./container_image.ts";
import { serveDigits } from "./digits_subset.ts";

const SCRIPT = fileURLToPath(new URL("run_in_containers.py", import.meta.url));

/** What MLflow's own client finds of all runs. */
const READ_RUNS = `
import json
import mlflow
client = mlflow.MlflowClient()
runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
models = client.search_registered_models()
print(json.dumps([{
    "epochs": len(client.get_metric_history(run.info.run_id, "loss")),
    "accuracy": run.data.metrics.get("test_accuracy"),
    "champion": int(models[0].aliases["champion"]),
} for run in runs]))
`;

/** What a step wrote down for Kubeflow. */
interface StepOutput {
  readonly parameterValues?: Readonly<Record<string, unknown>>;
}

Deno.test("The compiled pipeline trains, judges and serves in containers as it does here", async () => {
  await using desk = new Desk();
  const image = await buildImage(desk);
  assert.ok(image.megabytes < 250, `${image.megabytes} MB above the base`);
  assert.equal(await imageInEnv(desk), image.name);

  await using digits = await serveDigits({ train: 4000, test: 1000 });
  const flags = ["--data", digits.url, "--epochs", "2", "--seed", "7", "--min-accuracy", "0.8"];
  const file = join(desk.path, "pipeline.yaml");
  const compiled = await desk.run("pipeline", ...flags, "--compile-only", "--output", file);
  assert.equal(compiled.code, 0, compiled.stderr);

  await using s3 = await startMinio();
  await using mlflow = await startMlflow();
  const env = settingsFor(s3, mlflow);
  const steps = await runInContainers(file, join(desk.path, "root"), {
    ...env,
    KFP_RUN_ID: crypto.randomUUID(), // On a cluster it is a label of the pod.
  });

  const local = await ended(desk.start(["pipeline", "--json", ...flags]));
  assert.equal(local.code, 0, local.stderr);
  const summary = JSON.parse(local.stdout);
  assert.equal(steps["evaluate"]?.parameterValues?.["accuracy"], summary.testAccuracy);
  assert.equal(steps["register"]?.parameterValues?.["version"], 1);
  assert.equal(steps["contest"]?.parameterValues?.["wins"], true);
  // kfp.local says SUCCESS, too, where it has skipped a condition that it could not read.
  assert.ok(steps["serve"], `only these ran: ${Object.keys(steps)}`);
  assert.ok(Number(steps["serve"].parameterValues?.["right"]) > 0);
  const recorded = await runPython<unknown>(READ_RUNS, { trackingUri: mlflow.url });
  assert.deepEqual(recorded, [{ epochs: 2, accuracy: summary.testAccuracy, champion: 1 }]);
});

/** Runs a compiled pipeline; gives what each step wrote down, by its name. */
async function runInContainers(
  pipeline: string,
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, StepOutput>>> {
  const python = await installKfp();
  await using server = await startPodman();
  await Deno.mkdir(root);
  await Deno.chmod(root, 0o777); // The image's user is none of this machine's.
  const job = { pipeline, root, env, arguments: { serving: { target: "local" } } };
  const { code, stdout, stderr } = await ended(
    new Deno.Command(python, {
      args: [SCRIPT, JSON.stringify(job)],
      env: { DOCKER_HOST: server.dockerHost },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn(),
  );
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout + stderr, /Pipeline .*'digits-recognizer'.* finished with status .*SUCCESS/);
  return await readOutputs(root);
}

async function readOutputs(folder: string): Promise<Readonly<Record<string, StepOutput>>> {
  const outputs: Record<string, StepOutput> = {};
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) Object.assign(outputs, await readOutputs(path));
    if (entry.name !== "executor_output.json") continue;
    outputs[basename(dirname(path))] = JSON.parse(await Deno.readTextFile(path));
  }
  return outputs;
}
