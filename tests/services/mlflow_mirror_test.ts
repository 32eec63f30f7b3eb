/** The mirror and the registry against a real MLflow, and read back by MLflow's own client. */
import assert from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { mlflowRegistry } from "../../lib/track/mirror/mlflow_registry.ts";
import { type MirroredTracker, mirroredTracker } from "../../lib/track/mirrored_tracker.ts";
import { type RealServer, startMlflow } from "../../scripts/services/mod.ts";
import { testRegistry } from "../track/registry_contract.ts";
import { someInput, someRun } from "../track/tracker_contract.ts";
import { runPython } from "./python.ts";
import { softmaxAnswer, softmaxInterface, softmaxModel } from "./softmax_model.ts";

const host = localHost({ cacheFolder: "" });
const origin = { user: "ada", sourceName: "test", sourceType: "LOCAL" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

let server: RealServer;
Deno.test.beforeAll(async () => {
  server = await startMlflow();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A home folder, and the tracker of a process that works in it. */
async function openHome(): Promise<
  AsyncDisposable & { readonly tracker: MirroredTracker; readonly notices: string[] }
> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits-mirror-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const notices: string[] = [];
  const tracker = stack.use(mirroredTracker({
    folder,
    client: new MlflowClient({ trackingUri: server.url }),
    host,
    origin,
    gatherMs: 50,
    notice: (text) => notices.push(text),
  }));
  const owned = stack.move();
  return { tracker, notices, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const READ_RUN = `
import json, sys, mlflow
from mlflow import MlflowClient
client = MlflowClient()
given = json.loads(sys.argv[1])
experiment = client.get_experiment_by_name(given["experiment"])
runs = client.search_runs([experiment.experiment_id], f"tags.\`digits.run_id\` = '{given['id']}'")
run = client.get_run(runs[0].info.run_id)
def walk(path=None):
    for entry in client.list_artifacts(run.info.run_id, path):
        if entry.is_dir: yield from walk(entry.path)
        else: yield entry.path
history = {
    key: [[m.step, repr(m.value), m.timestamp] for m in client.get_metric_history(run.info.run_id, key)]
    for key in run.data.metrics
}
print(json.dumps({
    "count": len(runs),
    "status": run.info.status,
    "start": run.info.start_time,
    "end": run.info.end_time,
    "params": run.data.params,
    "tags": run.data.tags,
    "history": history,
    "datasets": [
        [d.dataset.name, d.dataset.digest, [[t.key, t.value] for t in d.tags], json.loads(d.dataset.schema)]
        for d in run.inputs.dataset_inputs
    ],
    "artifacts": sorted(walk()),
    "models": [output.model_id for output in run.outputs.model_outputs],
}))
`;

interface SeenRun {
  readonly count: number;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly history: Readonly<Record<string, [step: number, value: string, time: number][]>>;
  readonly datasets: readonly unknown[][];
  readonly artifacts: readonly string[];
  readonly models: readonly string[];
}

async function readRun(experiment: string, id: string): Promise<SeenRun> {
  const input = { experiment, id };
  return await runPython<SeenRun>(READ_RUN, { trackingUri: server.url, input });
}

/** What MLflow has of each metric has to be what the journal has. */
async function checkHistory(tracker: MirroredTracker, id: string, seen: SeenRun): Promise<void> {
  const { metrics } = await tracker.readRun(id);
  for (const [name, points] of Map.groupBy(metrics, ({ name }) => name)) {
    const inOrder = seen.history[name]!.toSorted((a, b) => a[0] - b[0]);
    assert.deepEqual(
      inOrder.map(([step, value, time]) => [step, Number(value), time]),
      points.map(({ step, value, time }) => [step, value, time]),
      name,
    );
  }
}

Deno.test("mirroredTracker() shows a run to MLflow's own client", async () => {
  await using home = await openHome();
  const { tracker } = home;
  const run = await tracker.start({ ...someRun, experiment: "seen", params: { a: "b", c: [1] } });
  await run.params({ empty: "", long: "x".repeat(7000), nothing: null });
  await run.tag({ "mlflow.source.git.commit": "0".repeat(40), dataset: "ünï", none: "" });
  await run.input(someInput);
  for (let epoch = 1; epoch <= 3; epoch++) await run.log({ loss: 1 / epoch }, epoch);
  await run.log({ "batch/loss": 0.1 + 0.2, "strange?": NaN, worst: -Infinity }, 0);
  await run.attach("report.html", { "": bytes("<html>") });
  await run.attach("plots", {
    "roc é.svg": bytes("<svg>"),
    "deep/a.txt": bytes("a"),
    "#": bytes(""),
  });
  await run.step({ name: "train", state: "succeeded", seconds: 2, cached: false });
  await run.end("FINISHED");
  assert.deepEqual(await tracker.drain({ timeoutMs: 60_000 }), { complete: true, reason: null });
  const seen = await readRun("seen", run.id);
  const record = await tracker.readRun(run.id);
  assert.deepEqual(
    [seen.count, seen.status, seen.start, seen.end],
    [1, "FINISHED", record.startedAt, record.endedAt],
  );
  const { long, ...params } = seen.params;
  assert.deepEqual(params, { a: "b", c: "[1]", empty: "", nothing: "null" });
  assert.equal(long!.length, 6000);
  assert.equal(seen.tags["mlflow.source.git.commit"], "0".repeat(40));
  assert.deepEqual([seen.tags["mlflow.user"], seen.tags["dataset"]], ["ada", "ünï"]);
  assert.match(seen.tags["mlflow.note.content"]!, /\*\*adam-3\*\* finished/);
  assert.deepEqual(seen.history["batch/loss"]!.map(([, value]) => Number(value)), [0.1 + 0.2]);
  assert.deepEqual(seen.history["strange_"]!.map(([, value]) => value), ["nan"]);
  assert.deepEqual(seen.history["worst"]!.map(([, value]) => Number(value)), [-Number.MAX_VALUE]);
  assert.deepEqual(seen.history["loss"]!.map(([step]) => step), [1, 2, 3]);
  const [name, digest, tags] = seen.datasets[0]!;
  assert.deepEqual([name, digest], [someInput.name, someInput.digest]);
  assert.deepEqual(tags, [["mlflow.data.context", "training"]]);
  assert.deepEqual(seen.artifacts, [
    "plots/deep/a.txt",
    "plots/roc é.svg",
    "report.html",
    "steps.json",
  ]);
  assert.equal(home.notices.length, 1, "a file named # can't be in MLflow");
  assert.match(home.notices[0]!, /plots\/#/);
});

const READ_MODEL = `
import json, sys, mlflow, numpy as np
from mlflow import MlflowClient
client = MlflowClient()
given = json.loads(sys.argv[1])
version = client.get_model_version_by_alias(given["name"], "champion")
x = np.array([[0, 1, 2, 3]], dtype=np.float32)
model = mlflow.pyfunc.load_model(f"models:/{given['name']}@champion")
answer = model.predict(x)
answer = answer if isinstance(answer, np.ndarray) else next(iter(answer.values()))
print(json.dumps({
    "version": int(version.version),
    "run": version.run_id,
    "tags": version.tags,
    "answer": np.asarray(answer).tolist(),
    "onnx": len(mlflow.onnx.load_model(f"models:/{given['name']}@champion").graph.node),
    "signature": model.metadata.signature.to_dict(),
    "example": np.asarray(model.input_example).tolist() if model.input_example is not None else None,
}))
`;

Deno.test("mirroredTracker() registers a model that MLflow's own client loads", async () => {
  await using home = await openHome();
  const { tracker, notices } = home;
  const files = await softmaxModel();
  const run = await tracker.start({ ...someRun, experiment: "models" });
  const { registry } = tracker;
  const { version } = await registry.register("softmax", files, {
    runId: run.id,
    tags: { dataset: "mnist" },
    interface: softmaxInterface,
  });
  await registry.setAlias("softmax", "champion", version);
  await run.end("FINISHED");
  assert.deepEqual(await tracker.drain({ timeoutMs: 60_000 }), { complete: true, reason: null });
  const seen = await runPython<{
    readonly version: number;
    readonly run: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly answer: readonly number[][];
    readonly onnx: number;
    readonly signature: Readonly<Record<string, string>>;
  }>(READ_MODEL, { trackingUri: server.url, input: { name: "softmax" } });
  assert.equal(seen.version, version);
  assert.equal(seen.tags["dataset"], "mnist");
  for (const [i, value] of seen.answer[0]!.entries()) {
    assert(Math.abs(value - softmaxAnswer[i]!) < 1e-6, String(seen.answer));
  }
  assert.equal(seen.onnx, 1);
  assert.match(seen.signature["inputs"]!, /float32/);
  const { models } = await readRun("models", run.id);
  assert.equal(models.length, 1);
  // Another home takes it over.
  await using other = await openHome();
  const champion = await other.tracker.registry.alias("softmax", "champion");
  assert.equal(champion?.version, version);
  assert.deepEqual(await other.tracker.registry.files(champion!), files);
  assert.deepEqual([...notices, ...other.notices], []);
});

/** Trains, as far as a tracker can tell. */
async function train(run: Run, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) {
    await run.log({ loss: 1 / (step + 1), accuracy: step / 1000, rate: 1e-3 }, step);
    if (step % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("mirroredTracker() loses and doubles nothing when MLflow is killed in mid-run", async () => {
  await using home = await openHome();
  const { tracker, notices } = home;
  const run = await tracker.start({ ...someRun, experiment: "killed" });
  await train(run, 0, 1000);
  await run.attach("report.html", { "": bytes("<html>") });
  await server.kill();
  await train(run, 1000, 3000);
  await run.registry.register("survivor", { m: bytes("m") }, { runId: run.id, tags: {} });
  await run.registry.setAlias("survivor", "champion", 1);
  await server.restart();
  await train(run, 3000, 4000);
  await server.kill();
  await train(run, 4000, 4500);
  await run.end("FINISHED");
  const drained = tracker.drain({ timeoutMs: 120_000 });
  await server.restart();
  assert.deepEqual(await drained, { complete: true, reason: null });
  const seen = await readRun("killed", run.id);
  assert.deepEqual([seen.count, seen.status], [1, "FINISHED"]);
  await checkHistory(tracker, run.id, seen);
  assert.deepEqual(seen.artifacts, ["report.html"]);
  const { registry } = new MlflowClient({ trackingUri: server.url });
  assert.equal((await registry.getByAlias("survivor", "champion"))?.version, 1);
  assert(notices.length <= 4, notices.join("\n"));
});

testRegistry("mlflowRegistry() on MLflow itself", async () => {
  const client = new MlflowClient({ trackingUri: server.url });
  for await (const { name } of client.registry.searchModels()) {
    await client.registry.deleteModel(name);
  }
  return { registry: mlflowRegistry(client), [Symbol.asyncDispose]: () => Promise.resolve() };
});
