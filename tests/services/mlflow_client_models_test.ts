/** Models that the client writes, loaded and served by MLflow itself. */
import assert from "node:assert/strict";
import { MlflowClient, onnxModelFiles } from "../../lib/track/mlflow/mod.ts";
import { type RealServer, startMlflow } from "../../scripts/services/mod.ts";
import { installMlflow } from "../../scripts/services/mlflow.ts";
import { startServer } from "../../scripts/services/real_server.ts";
import { runPython } from "./python.ts";
import { softmaxAnswer, softmaxInterface, softmaxModel } from "./softmax_model.ts";

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

/** Logs the softmax model as MLflow 3 wants it, and registers it. */
async function logSoftmax(name: string) {
  const { experimentId } = await client.experiments.ensure(name);
  const { info: { runId } } = await client.runs.create({ experimentId });
  const identity = { key: "sha256", value: "0123" };
  const model = await client.loggedModels.ensure(
    { experimentId, name, sourceRunId: runId, params: { rate: "0.1" } },
    identity,
  );
  const { modelId, artifactUri } = model;
  const files = onnxModelFiles({
    onnx: (await softmaxModel())["model.onnx"]!,
    interface: softmaxInterface,
    artifactPath: artifactUri,
    runId,
    modelId,
    createdAt: Date.now(),
    mlflowVersion: await client.version(),
  });
  for (const [path, bytes] of Object.entries(files)) {
    await client.artifacts.upload(artifactUri, path, new Uint8Array(bytes));
  }
  await client.loggedModels.finalize(modelId, "LOGGED_MODEL_READY");
  await client.runs.logOutputs(runId, { models: [{ modelId, step: 3 }] });
  const dataset = { name: "digits", digest: "abc" };
  await client.runs.logBatch(runId, {
    metrics: [{ key: "accuracy", value: 0.5, timestamp: 7, step: 3, modelId, dataset }],
  });
  await client.registry.ensureModel(name, { description: "Four numbers" });
  const version = await client.registry.ensureVersion(
    { name, source: `models:/${modelId}`, runId, modelId },
    identity,
  );
  await client.registry.setAlias(name, "champion", version.version);
  return { name, runId, modelId, version: version.version, identity, experimentId };
}

const LOAD = `
import json, sys, numpy, mlflow
from mlflow.models import validate_serving_input, convert_input_example_to_serving_input
given = json.loads(sys.argv[1])
client = mlflow.MlflowClient()
uri = f"models:/{given['name']}@champion"
x = numpy.array([[0, 1, 2, 3]], "float32")
pyfunc = mlflow.pyfunc.load_model(uri)
proto = mlflow.onnx.load_model(uri)
import onnxruntime
session = onnxruntime.InferenceSession(proto.SerializeToString())
info = mlflow.models.get_model_info(uri)
example = pyfunc.input_example
version = client.get_model_version_by_alias(given["name"], "champion")
model = client.get_logged_model(given["modelId"])
run = client.get_run(given["runId"])
served = validate_serving_input(uri, mlflow.models.model.Model.load(uri).get_serving_input(mlflow.artifacts.download_artifacts(uri)))
mlflow.models.predict(uri, input_data=x, env_manager="local", output_path="/dev/null")
print(json.dumps({
    "pyfunc": pyfunc.predict(x)["probabilities"].tolist(),
    "onnx": session.run(None, {"image": x})[0].tolist(),
    "signature": info.signature.to_dict(), "example": numpy.array(example).tolist(),
    "served": served["probabilities"].tolist(),
    "version": int(version.version), "run": version.run_id, "status": version.status,
    "model": {"status": str(model.status), "params": model.params, "tags": model.tags, "run": model.source_run_id,
        "metrics": [[m.key, m.value, m.step, m.dataset_name] for m in model.metrics]},
    "outputs": [[o.model_id, o.step] for o in run.outputs.model_outputs],
}))
`;

Deno.test("MLflow's own client loads, checks and runs a model that the client logged", async () => {
  const logged = await logSoftmax("softmax");
  const { runId, modelId } = logged;
  const read = await python<Record<string, unknown>>(LOAD, logged);
  for (const name of ["pyfunc", "onnx"]) {
    (read[name] as number[][])[0]!.forEach((value, i) =>
      assert(Math.abs(value - softmaxAnswer[i]!) < 1e-6)
    );
  }
  assert.equal((read.served as number[][])[0]!.length, 4);
  const spec = '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]';
  assert.deepEqual(read.signature, { inputs: spec, outputs: spec, params: null });
  assert.deepEqual(read.example, softmaxInterface.inputExample);
  assert.deepEqual([read.version, read.run, read.status], [1, runId, "READY"]);
  assert.deepEqual(read.model, {
    status: "READY",
    params: { rate: "0.1" },
    tags: { sha256: "0123", "mlflow.modelVersions": '[{"name": "softmax", "version": 1}]' },
    run: runId,
    metrics: [["accuracy", 0.5, 3, "digits"]],
  });
  assert.deepEqual(read.outputs, [[modelId, 3]]);
});

Deno.test("mlflow models serve serves a model that the client logged", async () => {
  const { name } = await logSoftmax("served");
  const python = await installMlflow();
  const uri = `models:/${name}/1`;
  await using scoring = await startServer(({ folder, port }) => ({
    name: "mlflow models serve",
    program: python,
    args: [
      ...["-m", "mlflow", "models", "serve", "-m", uri, "--env-manager", "local"],
      ...["--host", "127.0.0.1", "--port", String(port)],
    ],
    env: {
      HOME: folder,
      PATH: `${python.replace(/\/[^/]*$/, "")}:/usr/bin:/bin`,
      LANG: "C.UTF-8",
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_DISABLE_TELEMETRY: "true",
    },
    healthPath: "/health",
  }));
  const answer = await fetch(`${scoring.url}/invocations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: [[0, 1, 2, 3]] }),
  });
  const { predictions } = await answer.json();
  softmaxAnswer.forEach((value, i) =>
    assert(Math.abs(predictions.probabilities[0][i] - value) < 1e-6, JSON.stringify(predictions))
  );
});

const LOG = `
import json, sys, mlflow, base64, onnx
mlflow.set_experiment("theirs")
model = onnx.load_from_string(base64.b64decode(json.loads(sys.argv[1])))
with mlflow.start_run() as run:
    info = mlflow.onnx.log_model(model, name="net", registered_model_name="theirs", params={"a": "1"}, save_as_external_data=False)
client = mlflow.MlflowClient()
client.set_registered_model_alias("theirs", "champion", 1)
client.set_model_version_tag("theirs", "1", "k", "v")
client.log_metric(run.info.run_id, "accuracy", 0.25, step=2, model_id=info.model_id)
print(json.dumps({"run": run.info.run_id, "model": info.model_id, "experiment": run.info.experiment_id}))
`;

Deno.test("a model that MLflow's own client registers is what the client reads", async () => {
  const onnx = (await softmaxModel())["model.onnx"]!;
  const logged = await python<{ run: string; model: string; experiment: string }>(
    LOG,
    onnx.toBase64(),
  );
  const version = (await client.registry.getByAlias("theirs", "champion"))!;
  const { modelId, runId, tags, aliases, status } = version;
  assert.deepEqual({ modelId, runId, tags, aliases, status, version: version.version }, {
    modelId: logged.model,
    runId: logged.run,
    tags: { k: "v" },
    aliases: ["champion"],
    status: "READY",
    version: 1,
  });
  const root = await client.registry.downloadUri("theirs", 1);
  assert.deepEqual(await client.artifacts.read(root, "model.onnx"), onnx);
  const model = (await client.loggedModels.get(logged.model))!;
  assert.equal(model.artifactUri, root);
  assert.deepEqual([model.name, model.status, model.params, model.sourceRunId], [
    "net",
    "LOGGED_MODEL_READY",
    { a: "1" },
    logged.run,
  ]);
  assert.deepEqual(model.metrics.map(({ key, value, step }) => [key, value, step]), [
    ["accuracy", 0.25, 2],
  ]);
  assert.deepEqual((await client.runs.get(logged.run))!.modelOutputs, [
    { modelId: logged.model, step: 0 },
  ]);
  const names = await Array.fromAsync(client.registry.searchModels({ filter: "name = 'theirs'" }));
  assert.deepEqual(names.map(({ aliases }) => aliases), [{ champion: 1 }]);
});

Deno.test("what is ensured is found again, by its tag", async () => {
  const first = await logSoftmax("again");
  const { name, identity, experimentId, modelId } = first;
  const model = await client.loggedModels.ensure({ experimentId, name }, identity);
  assert.equal(model.modelId, modelId);
  const source = `models:/${modelId}`;
  const version = await client.registry.ensureVersion({ name, source, modelId }, identity);
  assert.equal(version.version, 1);
  const other = { ...identity, value: "4567" };
  assert.equal((await client.registry.ensureVersion({ name, source, modelId }, other)).version, 2);
  assert.equal(await client.loggedModels.supported(), true);
});

Deno.test("names, versions, tags and aliases can be changed and forgotten", async () => {
  const { name, version } = await logSoftmax("changed");
  const { registry } = client;
  await registry.setModelTag(name, "a", "1");
  await registry.setVersionTag(name, version, "b", "2");
  await registry.describeModel(name, "other");
  await registry.describeVersion(name, version, "another");
  assert.deepEqual((await registry.getModel(name))!.tags, { a: "1" });
  assert.equal((await registry.getModel(name))!.description, "other");
  const read = (await registry.getVersion(name, version))!;
  assert.deepEqual([read.tags.b, read.description], ["2", "another"]);
  await registry.deleteModelTag(name, "a");
  await registry.deleteVersionTag(name, version, "b");
  await registry.deleteAlias(name, "champion");
  await registry.deleteAlias(name, "champion");
  assert.equal(await registry.getByAlias(name, "champion"), undefined);
  await registry.deleteVersion(name, version);
  assert.equal(await registry.getVersion(name, version), undefined);
  await registry.deleteModel(name);
  assert.equal(await registry.getModel(name), undefined);
});
