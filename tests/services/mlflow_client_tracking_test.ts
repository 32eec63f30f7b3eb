/** The REST client against a real MLflow: what it writes, MLflow's own client reads, and back. */
import assert from "node:assert/strict";
import { MlflowClient, MlflowError, tensorDataset, withRun } from "../../lib/track/mlflow/mod.ts";
import { type RealServer, startMlflow } from "../../scripts/services/mod.ts";
import { runPython } from "./python.ts";

let server: RealServer;
let client: MlflowClient;
Deno.test.beforeAll(async () => {
  server = await startMlflow();
  client = new MlflowClient({ trackingUri: server.url });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function python<T>(script: string, input: unknown): Promise<T> {
  return await runPython<T>(script, { trackingUri: server.url, input });
}

const READ = `
import json, sys, mlflow
client = mlflow.MlflowClient()
run = client.get_run(json.loads(sys.argv[1]))
history = {
    key: sorted([m.step, repr(m.value), m.timestamp] for m in client.get_metric_history(run.info.run_id, key))
    for key in run.data.metrics
}
def walk(path=None):
    for entry in client.list_artifacts(run.info.run_id, path):
        if entry.is_dir: yield from walk(entry.path)
        else: yield entry.path
artifacts = {
    path: open(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=path)).read()
    for path in walk()
}
datasets = []
for use in run.inputs.dataset_inputs:
    source = mlflow.data.get_source(use)
    datasets.append({
        "name": use.dataset.name, "digest": use.dataset.digest, "profile": json.loads(use.dataset.profile),
        "schema": json.loads(use.dataset.schema), "source": source.to_json(),
        "tags": {tag.key: tag.value for tag in use.tags},
    })
print(json.dumps({
    "name": run.info.run_name, "status": run.info.status, "end": run.info.end_time,
    "params": run.data.params, "tags": run.data.tags, "history": history,
    "artifacts": artifacts, "datasets": datasets,
}))
`;

Deno.test("a run that the client writes is what MLflow's own client reads", async () => {
  const { experimentId } = await client.experiments.ensure("written");
  const { info } = await client.runs.create({
    experimentId,
    runName: "ours",
    tags: { a: "ü 'x'" },
  });
  const params = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`p/${i}`, `${i}`]));
  const time = 1_700_000_000_000;
  const metrics = Array.from({ length: 2_345 }, (_, i) => ({
    key: i % 3 ? "train/loss" : "accuracy",
    value: 1 / (i + 1),
    timestamp: time + i,
    step: i,
  }));
  const odd = [NaN, Infinity, -Infinity, -0.1, 1e-300].map((value, step) => ({
    key: "odd",
    value,
    timestamp: time,
    step,
  }));
  await client.runs.logBatch(info.runId, { metrics: [...metrics, ...odd], params });
  await client.runs.logBatch(info.runId, { metrics: metrics.slice(0, 50), params }); // once more
  const dataset = tensorDataset({
    name: "digits",
    digest: "abc123",
    uri: "s3://bucket/digits",
    count: 5,
    features: { name: "images", dtype: "uint8", shape: [-1, 28, 28] },
    targets: { name: "labels", dtype: "uint8", shape: [-1] },
  });
  const use = { dataset, tags: { "mlflow.data.context": "training" } };
  await client.runs.logInputs(info.runId, { datasets: [use] });
  await client.runs.logInputs(info.runId, { datasets: [use] }); // once more
  const artifacts = {
    "report.html": "<p>ü</p>",
    "plots/con fusion é+%&.svg": "<svg/>",
    "日本/数字.txt": "七",
    "empty.txt": "",
  };
  for (const [path, text] of Object.entries(artifacts)) {
    await client.artifacts.upload(info.artifactUri, path, text);
  }
  await client.runs.update(info.runId, { status: "FINISHED", endTime: time + 9 });

  const read = await python<Record<string, unknown>>(READ, info.runId);
  const history = (key: string) =>
    metrics.filter((metric) => metric.key === key)
      .map(({ step, value, timestamp }) => [step, value, timestamp]);
  const numbers = (key: string) =>
    (read.history as Record<string, [number, string, number][]>)[key]!
      .map(([step, value, timestamp]) => [step, Number(value), timestamp]);
  assert.deepEqual(numbers("train/loss"), history("train/loss"));
  assert.deepEqual(numbers("accuracy"), history("accuracy"));
  const oddValues = (read.history as Record<string, [number, string][]>).odd!.map(([, v]) => v);
  const largest = "1.7976931348623157e+308"; // what MLflow keeps of Infinity
  assert.deepEqual(oddValues, ["nan", largest, `-${largest}`, "-0.1", "1e-300"]);
  assert.deepEqual(read.params, params);
  assert.deepEqual(read.tags, { a: "ü 'x'", "mlflow.runName": "ours" });
  assert.deepEqual(read.artifacts, artifacts);
  assert.deepEqual([read.name, read.status, read.end], ["ours", "FINISHED", time + 9]);
  assert.deepEqual(read.datasets, [{
    name: "digits",
    digest: "abc123",
    profile: JSON.parse(dataset.profile!),
    schema: JSON.parse(dataset.schema!),
    source: '{"uri": "s3://bucket/digits"}',
    tags: { "mlflow.data.context": "training" },
  }]);
});

const WRITE = `
import json, math, tempfile, os, numpy, mlflow
mlflow.set_experiment("python's")
with mlflow.start_run(run_name="theirs", tags={"b": "2"}) as run:
    mlflow.log_params({"rate": 0.1, "layers": [1, 2]})
    for step in range(3):
        mlflow.log_metrics({"loss": [1.5, math.nan, math.inf][step], "accuracy": step / 10}, step=step)
    images = numpy.zeros((5, 28, 28), "uint8")
    data = mlflow.data.from_numpy(images, targets=numpy.zeros(5, "uint8"), name="set", digest="d1", source="https://example.org/a")
    mlflow.log_input(data, context="training")
    mlflow.log_text("größe", "notes/ä b.txt")
print(json.dumps({"run": run.info.run_id, "experiment": run.info.experiment_id}))
`;

Deno.test("a run that MLflow's own client writes is what the client reads", async () => {
  const { run, experiment } = await python<{ run: string; experiment: string }>(WRITE, null);
  const read = (await client.runs.get(run))!;
  assert.deepEqual(read.params, { rate: "0.1", layers: "[1, 2]" });
  assert.equal(read.tags.b, "2");
  assert.deepEqual([read.info.runName, read.info.status], ["theirs", "FINISHED"]);
  const points = await Array.fromAsync(client.runs.metricHistory(run, "loss"));
  assert.deepEqual(points.map(({ step, value }) => [step, value]), [
    [0, 1.5],
    [1, NaN],
    [2, Number.MAX_VALUE],
  ]);
  const [use] = read.datasets;
  assert.deepEqual(use!.tags, { "mlflow.data.context": "training" });
  const ours = tensorDataset({
    name: "set",
    digest: "d1",
    uri: "https://example.org/a",
    count: 5,
    features: { name: "images", dtype: "uint8", shape: [-1, 28, 28] },
    targets: { name: "labels", dtype: "uint8", shape: [-1] },
  });
  const parsed = ({ source, schema, ...rest }: typeof ours) => ({
    ...rest,
    source: JSON.parse(source),
    schema: Object.values(JSON.parse(schema!).mlflow_tensorspec).map((text) =>
      JSON.parse(text as string)
    ),
    profile: undefined, // MLflow's also has sizes
  });
  assert.deepEqual(parsed(use!.dataset), parsed(ours));
  const paths = (await Array.fromAsync(client.artifacts.walk(read.info.artifactUri)))
    .map(({ path }) => path);
  assert.deepEqual(paths, ["notes/ä b.txt"]);
  const text = await client.artifacts.read(read.info.artifactUri, paths[0]!);
  assert.equal(new TextDecoder().decode(text), "größe");
  const filter = "metrics.accuracy >= 0.2 AND tags.b = '2' AND params.rate = '0.1'";
  const found = await Array.fromAsync(client.runs.search([experiment], { filter }));
  assert.deepEqual(found.map(({ info }) => info.runId), [run]);
  assert.equal((await client.experiments.getByName("python's"))!.experimentId, experiment);
});

Deno.test("searches of real lists come in pages, whole and in order", async () => {
  const { experimentId } = await client.experiments.ensure("pages");
  for (let i = 0; i < 7; i++) {
    await client.runs.create({ experimentId, runName: `run ${i}`, startTime: 1000 + i });
  }
  const options = { pageSize: 3, orderBy: ["attributes.start_time ASC"] };
  const runs = await Array.fromAsync(client.runs.search([experimentId], options));
  assert.deepEqual(runs.map(({ info }) => info.runName), runs.map((_, i) => `run ${i}`));
  assert.equal(runs.length, 7);
});

Deno.test("experiments and runs that are ensured at once are made once", async () => {
  const experiments = await Promise.all(
    Array.from({ length: 6 }, () => client.experiments.ensure("race")),
  );
  assert.equal(new Set(experiments.map(({ experimentId }) => experimentId)).size, 1);
  const { experimentId } = experiments[0]!;
  const tag = { key: "my.id", value: "it's one" };
  const first = await client.runs.ensure({ experimentId }, tag);
  const second = await client.runs.ensure({ experimentId }, tag);
  assert.equal(second.info.runId, first.info.runId);
});

Deno.test("params never change, values are cut visibly, and the bin works", async () => {
  const { experimentId } = await client.experiments.ensure("limits");
  const { info: { runId } } = await client.runs.create({ experimentId });
  await client.runs.logBatch(runId, { params: { long: "x".repeat(9_000) } });
  assert.match((await client.runs.get(runId))!.params.long!, /^x{5,}… \(cut: it has 9000 char/);
  await client.runs.logBatch(runId, { params: { long: "x".repeat(9_000) } }); // the same again
  await assert.rejects(
    client.runs.logBatch(runId, { params: { long: "other" } }),
    (error) => error instanceof MlflowError && error.code === "INVALID_PARAMETER_VALUE",
  );
  await client.runs.delete(runId);
  await client.runs.delete(runId);
  assert.equal((await client.runs.get(runId))!.info.lifecycleStage, "deleted");
  assert.deepEqual(await Array.fromAsync(client.runs.search([experimentId])), []);
  await client.runs.restore(runId);
  await client.experiments.delete(experimentId);
  await assert.rejects(client.experiments.ensure("limits"), /as it was deleted: restore it/);
  await client.experiments.restore(experimentId);
  assert.equal((await client.experiments.ensure("limits")).experimentId, experimentId);
});

Deno.test("calls wait for a server that is restarted", async () => {
  const { experimentId } = await client.experiments.ensure("restart");
  const patient = new MlflowClient({ trackingUri: server.url, attempts: 12 });
  await server.kill();
  const made = patient.runs.create({ experimentId, runName: "late" });
  await server.restart();
  assert.equal((await made).info.runName, "late");
  const runs = await Array.fromAsync(client.runs.search([experimentId]));
  assert.equal(runs.length, 1);
});

Deno.test("withRun() leaves a finished run behind", async () => {
  const id = await withRun(client, { experiment: "loops", params: { a: "b" } }, async (run) => {
    await run.log({ loss: 0.5 }, 1);
    await run.upload("a.txt", "text");
    return run.info.runId;
  });
  const read = await python<Record<string, unknown>>(READ, id);
  assert.deepEqual([read.status, read.params, read.artifacts], ["FINISHED", { a: "b" }, {
    "a.txt": "text",
  }]);
});
