import assert from "node:assert/strict";
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { openVersion } from "../../lib/steps/open_version.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { makeBucket, startMinio, startMlflow } from "../../scripts/services/mod.ts";
import { Desk } from "../scripts/command_line.ts";
import {
  DATA,
  MODEL,
  pointsInMlflow,
  pointsRecorded,
  runPipeline,
  settingsFor,
} from "./pipeline_run.ts";
import { runPython } from "./python.ts";

/** What MLflow's own client finds of the one run with that id of ours. */
const READ_RUN = `
import json, sys
import mlflow
client = mlflow.MlflowClient()
run_id, model = json.loads(sys.argv[1])
[run] = mlflow.search_runs(
    search_all_experiments=True, filter_string=f"tags.\`digits.run_id\` = '{run_id}'",
    output_format="list")
def files(folder=None):
    for entry in client.list_artifacts(run.info.run_id, folder):
        if entry.is_dir: yield from files(entry.path)
        else: yield entry.path
version = client.get_model_version_by_alias(model, "champion")
logged = [mlflow.get_logged_model(output.model_id) for output in run.outputs.model_outputs]
print(json.dumps({
    "experiment": client.get_experiment(run.info.experiment_id).name,
    "status": run.info.status,
    "params": run.data.params,
    "tags": run.data.tags,
    "histories": {key: [[point.step, point.value] for point in
                        client.get_metric_history(run.info.run_id, key)]
                  for key in run.data.metrics},
    "files": sorted(files()),
    "inputs": [[entry.dataset.name, entry.tags[0].value, len(entry.dataset.digest),
                "features" in entry.dataset.schema] for entry in run.inputs.dataset_inputs],
    "versions": len(client.search_model_versions(f"name = '{model}'")),
    "version": {"run": version.run_id == run.info.run_id, "status": version.status,
                "aliases": sorted(version.aliases)},
    "logged": [[model.source_run_id == run.info.run_id, str(model.status)] for model in logged],
}))
`;

interface SeenRun {
  readonly experiment: string;
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly histories: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly files: readonly string[];
  readonly inputs: readonly unknown[];
  readonly versions: number;
  readonly version: unknown;
  readonly logged: unknown;
}

/** What the champion says of pictures, as MLflow's users ask it. */
const PREDICT = `
import base64, json, sys
import mlflow, numpy
model, images = json.loads(sys.argv[1])
x = numpy.frombuffer(base64.b64decode(images), numpy.uint8).reshape(-1, 1, 28, 28) / 255
answer = mlflow.pyfunc.load_model(f"models:/{model}@champion").predict(x.astype(numpy.float32))
print(json.dumps(answer["probabilities"].tolist()))
`;

Deno.test("A run of the pipeline is in MLflow and S3, whole", async (t) => {
  await using s3 = await startMinio();
  await makeBucket(s3, "mlflow");
  await using mlflow = await startMlflow({ artifacts: { s3, bucket: "mlflow", direct: false } });
  const trackingUri = mlflow.url;
  const env = settingsFor(s3, mlflow);
  const args = ["--data", DATA, "--epochs", "2", "--experiment", "end-to-end"];
  await using desk = new Desk();
  const { summary, stderr, stdout } = await runPipeline(desk, env, ...args);
  const home = join(desk.path, ".digits");
  const host = localHost({ cacheFolder: join(home, "downloads") });
  const journal = journalTracker({ folder: home, host });

  await t.step("The first lines say where it all goes, and the last where it is", () => {
    assert.match(stderr, new RegExp(`^Artifacts in s3://digits-recognizer at ${s3.url}$`, "m"));
    assert.match(stderr, new RegExp(`^Runs also in MLflow at ${trackingUri}$`, "m"));
    assert.match(stderr, new RegExp(`^MLflow +${trackingUri}/#/experiments/\\d+/runs/`, "m"));
  });

  await t.step("MLflow's own client finds everything", async () => {
    assert.equal(summary.model.name, MODEL);
    const seen = await runPython<SeenRun>(READ_RUN, { trackingUri, input: [summary.runId, MODEL] });
    assert.equal(seen.experiment, "end-to-end");
    assert.equal(seen.status, "FINISHED");
    assert.equal(seen.params["epochs"], "2");
    assert.equal(seen.params["optimizer"], "adam");
    assert.equal(seen.tags["mlflow.runName"], "adam-2-epochs");
    assert.equal(seen.tags["verdict"], "version 1 is champion, the first one");
    for (const name of ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]) {
      assert.deepEqual(seen.histories[name]?.map(([step]) => step), [1, 2], name);
    }
    assert.equal(seen.histories["test_accuracy"]?.[0]?.[1], summary.testAccuracy);
    for (const file of ["confusion_matrix.png", "confusion_matrix.json", "report.html"]) {
      assert(seen.files.includes(file), `${file} among ${seen.files}`);
    }
    const dataset = DATA === "synthetic" ? "synthetic" : "mnist";
    assert.deepEqual(seen.inputs, [
      [`${dataset}-train`, "training", 36, true],
      [`${dataset}-validation`, "validation", 36, true],
      [`${dataset}-test`, "test", 36, true],
    ]);
    assert.deepEqual(seen.version, {
      run: true,
      status: "READY",
      aliases: ["candidate", "champion"],
    });
    assert.deepEqual(seen.logged, [[true, "READY"]]);
    assert.deepEqual(
      await pointsInMlflow(mlflow, summary.runId),
      await pointsRecorded(desk, summary.runId),
    );
  });

  await t.step("Its champion says in Python what it says here", async () => {
    const { images } = syntheticDataset({ train: 1, test: 50 }).test;
    const theirs = await runPython<number[][]>(PREDICT, {
      trackingUri,
      input: [MODEL, images.toBase64()],
    });
    const champion = await journal.registry.alias(MODEL, "champion");
    await using version = await openVersion(journal.registry, champion!, {
      host,
    });
    const { probabilities: ours } = await version.predictor.predict(images);
    assert.equal(theirs.flat().length, ours.length);
    theirs.flat().forEach((p, i) => assert(Math.abs(p - ours[i]!) < 1e-5, `${p} and ${ours[i]}`));
  });

  await t.step("The version lies in S3 as model servers want it", async () => {
    const bucket = join(s3.folder, "data", "digits-recognizer");
    const place = /\/artifacts\/register\/repository\/\w+\/files=\w+\/(.*)$/;
    const names = new Set<string>();
    for await (const path of filesIn(bucket)) {
      const [, name] = place.exec(path) ?? [];
      if (name !== undefined) names.add(name.replace(/\/xl\.meta$|\/[^/]+\/part\.\d+$/, ""));
    }
    assert.deepEqual([...names].sort(), [
      `${MODEL}/1/model.json`,
      `${MODEL}/1/model.onnx`,
      `${MODEL}/config.pbtxt`,
    ]);
  });

  await t.step("A second machine finds every step done, and makes no second version", async () => {
    await using other = new Desk();
    const again = await runPipeline(other, env, ...args);
    const done = again.summary.steps.filter(({ cached }) => cached).map(({ name }) => name);
    assert.deepEqual(done, ["acquire", "preprocess", "train", "evaluate"]);
    assert.equal(again.summary.testAccuracy, summary.testAccuracy);
    assert.equal(again.summary.model.version, summary.model.version);
    const input = [again.summary.runId, MODEL];
    const { versions, params } = await runPython<SeenRun>(READ_RUN, { trackingUri, input });
    assert.equal(versions, 1);
    assert.equal(params["epochs"], "2");
  });

  await t.step("No secret is in any output, file, tag or artifact", async () => {
    const secrets = [env["MINIO_SECRET_KEY"]!, env["MLFLOW_TRACKING_PASSWORD"]!];
    const encoded = secrets.map((secret) => new TextEncoder().encode(secret));
    const texts = [stdout, stderr, await mlflow.log(), await s3.log()];
    for (const secret of secrets) assert(texts.every((text) => !text.includes(secret)));
    let files = 0;
    for (const folder of [home, mlflow.folder, join(s3.folder, "data", "digits-recognizer")]) {
      for await (const path of filesIn(folder)) {
        const bytes = await Deno.readFile(path);
        files++;
        for (const secret of encoded) assert(!includes(bytes, secret), path);
      }
    }
    assert(files > 40, `${files} files`);
  });
});

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesIn(join(folder, name));
    else yield join(folder, name);
  }
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes).includes(new TextDecoder().decode(part));
}
