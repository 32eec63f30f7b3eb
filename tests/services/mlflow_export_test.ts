/** An exported `mlruns/`, opened and migrated by MLflow itself. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { installMlflow } from "../../scripts/services/mlflow.ts";
import { exportMlruns } from "../../lib/track/mlruns/export_mlruns.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { someInput, someRun } from "../track/tracker_contract.ts";
import { runPython } from "./python.ts";
import { softmaxAnswer, softmaxInterface, softmaxModel } from "./softmax_model.ts";

const origin = { user: "ada", sourceName: "test", sourceType: "LOCAL" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Records a run of each kind, and a model with two versions. */
async function record(folder: string): Promise<readonly string[]> {
  const tracker = journalTracker({ folder, host: { now: () => Date.now() } });
  const whole = await tracker.start(someRun);
  await whole.params({ empty: "", rate: 1e-3 });
  await whole.tag({ dataset: "ünï" });
  await whole.input(someInput);
  await whole.log({ "batch": 1, "batch/loss": 0.1 + 0.2, "strange?": NaN, worst: -Infinity }, 0);
  for (let epoch = 1; epoch <= 3; epoch++) await whole.log({ loss: 1 / epoch }, epoch);
  await whole.attach("report.html", { "": bytes("<html>") });
  await whole.attach("plots", { "deep/roc é.svg": bytes("<svg>") });
  await whole.step({ name: "train", state: "succeeded", seconds: 2, cached: false });
  const { registry } = tracker;
  const about = { runId: whole.id, interface: softmaxInterface };
  const first = await registry.register("softmax", await softmaxModel(), {
    ...about,
    tags: { dataset: "mnist" },
  });
  const second = await registry.register("softmax", { "": bytes("other") }, {
    runId: "f".repeat(32),
    tags: {},
  });
  await registry.setAlias("softmax", "champion", second.version);
  await registry.setAlias("softmax", "champion", first.version);
  await registry.setAlias("softmax", "candidate", second.version);
  await whole.end("FINISHED");
  const failed = await tracker.start({ ...someRun, experiment: "other", resumeKey: "failed" });
  await failed.end("FAILED", "below the gate");
  const killed = await tracker.start({ ...someRun, resumeKey: "killed" });
  await killed.end("KILLED");
  return [whole.id, failed.id, killed.id];
}

const READ = `
import json, sys, mlflow, numpy as np
from mlflow import MlflowClient
mlflow.set_tracking_uri(json.loads(sys.argv[1]))
client = MlflowClient()
experiments = {e.experiment_id: e.name for e in client.search_experiments()}
def walk(run, path=None):
    for entry in client.list_artifacts(run, path):
        if entry.is_dir: yield from walk(run, entry.path)
        else: yield entry.path
def show(run):
    run = client.get_run(run.info.run_id)
    id = run.info.run_id
    return {
        "id": id,
        "experiment": experiments[run.info.experiment_id],
        "status": run.info.status,
        "times": [run.info.start_time, run.info.end_time],
        "params": run.data.params,
        "tags": run.data.tags,
        "history": {
            key: [[m.step, repr(m.value), m.timestamp] for m in client.get_metric_history(id, key)]
            for key in sorted(run.data.metrics)
        },
        "datasets": [
            [d.dataset.name, d.dataset.digest, d.dataset.source, {t.key: t.value for t in d.tags}]
            for d in run.inputs.dataset_inputs
        ],
        "artifacts": sorted(walk(id)),
        "models": [output.model_id for output in run.outputs.model_outputs],
    }
runs = [show(run) for run in client.search_runs(list(experiments))]
model = client.get_registered_model("softmax")
versions = sorted(client.search_model_versions("name='softmax'"), key=lambda v: int(v.version))
x = np.array([[0, 1, 2, 3]], dtype=np.float32)
answer = mlflow.pyfunc.load_model("models:/softmax@champion").predict(x)
answer = answer if isinstance(answer, np.ndarray) else next(iter(answer.values()))
print(json.dumps({
    "experiments": sorted(experiments.values()),
    "runs": sorted(runs, key=lambda run: run["id"]),
    "aliases": {alias: int(version) for alias, version in model.aliases.items()},
    "modelTags": model.tags,
    "versions": [
        {"version": int(v.version), "run": v.run_id or None, "tags": v.tags} for v in versions
    ],
    "logged": sorted(
        m.model_id for m in client.search_logged_models(experiment_ids=list(experiments))
    ),
    "answer": np.asarray(answer).tolist(),
}))
`;

interface Seen {
  readonly experiments: readonly string[];
  readonly runs: readonly {
    readonly id: string;
    readonly experiment: string;
    readonly status: string;
    readonly times: readonly number[];
    readonly params: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
    readonly history: Readonly<Record<string, readonly [number, string, number][]>>;
    readonly datasets: readonly unknown[];
    readonly artifacts: readonly string[];
    readonly models: readonly string[];
  }[];
  readonly aliases: Readonly<Record<string, number>>;
  readonly modelTags: Readonly<Record<string, string>>;
  readonly versions: readonly {
    readonly version: number;
    readonly run: string | null;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  readonly logged: readonly string[];
  readonly answer: readonly (readonly number[])[];
}

function check(seen: Seen, [whole, failed, killed]: readonly string[]): void {
  assert.deepEqual(seen.experiments, ["Default", "digits", "other"]);
  const runs = new Map(seen.runs.map((run) => [run.id, run]));
  assert.equal(runs.size, 3);
  assert.deepEqual(
    [whole, failed, killed].map((id) => runs.get(id!)!).map((run) => [run.experiment, run.status]),
    [["digits", "FINISHED"], ["other", "FAILED"], ["digits", "KILLED"]],
  );
  const run = runs.get(whole!)!;
  assert(run.times[0]! <= run.times[1]!);
  assert.deepEqual(run.params, {
    epochs: "3",
    optimizer: "adam",
    layers: '[32,{"size":64}]',
    empty: "",
    rate: "0.001",
  });
  assert.equal(run.tags["dataset"], "ünï");
  assert.match(run.tags["mlflow.note.content"]!, /^\*\*adam-3\*\* finished/);
  assert.deepEqual(Object.keys(run.history), ["batch/loss", "batch_", "loss", "strange_", "worst"]);
  assert.deepEqual(run.history["batch/loss"]!.map(([, value]) => Number(value)), [0.1 + 0.2]);
  assert.deepEqual(run.history["loss"]!.map(([step, value]) => [step, Number(value)]), [
    [1, 1],
    [2, 0.5],
    [3, 1 / 3],
  ]);
  assert.deepEqual(run.history["strange_"]!.map(([, value]) => value), ["nan"]);
  assert.deepEqual(run.datasets, [[
    "mnist-train",
    "440fcabf73cc546f",
    '{"uri":"memory:train"}',
    { "mlflow.data.context": "training" },
  ]]);
  assert.deepEqual(run.artifacts, ["plots/deep/roc é.svg", "report.html", "steps.json"]);
  assert.equal(run.models.length, 1);
  assert.deepEqual(seen.aliases, { champion: 1, candidate: 2 });
  assert.equal(seen.modelTags["digits.alias_history.champion"], "[2,1]");
  assert.deepEqual(seen.versions.map(({ version, run }) => [version, run]), [[1, whole], [
    2,
    null,
  ]]);
  assert.equal(seen.versions[0]!.tags["dataset"], "mnist");
  assert.equal(seen.logged.length, 2);
  for (const [i, value] of seen.answer[0]!.entries()) {
    assert(Math.abs(value - softmaxAnswer[i]!) < 1e-6, String(seen.answer));
  }
}

Deno.test("exportMlruns() writes what MLflow lists, loads and migrates whole", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits export " });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const ids = await record(join(folder, "home"));
  const to = join(folder, "mlruns");
  const options = { folder: join(folder, "home"), to, origin };
  const reports = await Array.fromAsync(exportMlruns(options));
  assert.deepEqual(reports.map(({ kind }) => kind), ["run", "run", "run", "version", "version"]);
  const env = { MLFLOW_ALLOW_FILE_STORE: "true" };
  check(await runPython<Seen>(READ, { input: `file://${encodeURI(to)}`, env }), ids);
  const database = `sqlite:///${join(folder, "mlflow.db")}`;
  const { success, stderr } = await new Deno.Command(await installMlflow(), {
    args: ["-m", "mlflow", "migrate-filestore", "--source", to, "--target", database],
    env: { ...env, MLFLOW_DISABLE_TELEMETRY: "true" },
    cwd: folder,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  check(await runPython<Seen>(READ, { input: database }), ids);
});
