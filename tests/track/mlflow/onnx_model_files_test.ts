import assert from "node:assert/strict";
import { type OnnxModel, onnxModelFiles, tensorDataset } from "../../../lib/track/mlflow/mod.ts";

const MODEL: OnnxModel = {
  onnx: Uint8Array.of(1, 2, 3),
  interface: {
    inputs: [{ name: "images", dtype: "float32", shape: [-1, 1, 2, 2] }],
    outputs: [{ name: "probabilities", dtype: "float32", shape: [-1, 10] }],
    inputExample: [[[[0, 1], [0.5, 0]]]],
  },
  artifactPath: "mlflow-artifacts:/1/models/m-1/artifacts",
  runId: "r1",
  modelId: "m-1",
  createdAt: Date.UTC(2026, 10, 23, 10, 35, 32, 464),
  mlflowVersion: "3.17.2",
};

function textOf(files: Readonly<Record<string, Uint8Array>>, name: string): string {
  return new TextDecoder().decode(files[name]);
}

Deno.test("onnxModelFiles() gives the files that MLflow's own log_model writes", () => {
  const files = onnxModelFiles(MODEL);
  assert.deepEqual(Object.keys(files).sort(), [
    "MLmodel",
    "conda.yaml",
    "input_example.json",
    "model.onnx",
    "python_env.yaml",
    "requirements.txt",
    "serving_input_example.json",
  ]);
  assert.equal(files["model.onnx"], MODEL.onnx);
  assert.deepEqual(JSON.parse(textOf(files, "input_example.json")), [[[[0, 1], [0.5, 0]]]]);
  assert.deepEqual(JSON.parse(textOf(files, "serving_input_example.json")), {
    inputs: [[[[0, 1], [0.5, 0]]]],
  });
  assert.equal(
    textOf(files, "requirements.txt"),
    "mlflow==3.17.2\nnumpy\nonnx>=1.17\nonnxruntime>=1.20\n",
  );
  assert.match(textOf(files, "conda.yaml"), /\n- pip:\n {2}- mlflow==3\.17\.2\n {2}- numpy\n/);
});

Deno.test("onnxModelFiles() describes signature, example and origin in MLmodel", () => {
  const described = JSON.parse(textOf(onnxModelFiles(MODEL), "MLmodel"));
  assert.deepEqual(JSON.parse(described.signature.inputs), [
    { type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 1, 2, 2] } },
  ]);
  assert.equal(described.model_id, "m-1");
  assert.equal(described.run_id, "r1");
  assert.equal(described.utc_time_created, "2026-11-23 10:35:32.464000");
  assert.equal(described.saved_input_example_info.serving_input_path, "serving_input_example.json");
  const { modelId: _, ...old } = MODEL;
  assert(!("model_id" in JSON.parse(textOf(onnxModelFiles(old), "MLmodel"))));
});

Deno.test("onnxModelFiles() names the arrays of a model that has several outputs", () => {
  const outputs = ["a", "b"].map((name) => ({ name, dtype: "float32", shape: [-1] }));
  const files = onnxModelFiles({ ...MODEL, interface: { ...MODEL.interface, outputs } });
  const { signature } = JSON.parse(textOf(files, "MLmodel"));
  assert.deepEqual(JSON.parse(signature.outputs).map(({ name }: { name: string }) => name), [
    "a",
    "b",
  ]);
});

Deno.test("onnxModelFiles() refuses a model that has not one input", () => {
  const interface_ = { ...MODEL.interface, inputs: [] };
  assert.throws(() => onnxModelFiles({ ...MODEL, interface: interface_ }), RangeError);
});

Deno.test("tensorDataset() describes arrays as mlflow.data.from_numpy does", () => {
  const data = {
    name: "digits",
    digest: "abc",
    uri: "s3://bucket/digits",
    count: 5,
    features: { name: "images", dtype: "uint8", shape: [-1, 28, 28] },
    targets: { name: "labels", dtype: "uint8", shape: [-1] },
  };
  const { sourceType, source, schema, profile } = tensorDataset(data);
  assert.deepEqual([sourceType, JSON.parse(source)], ["s3", { uri: "s3://bucket/digits" }]);
  const { features, targets } = JSON.parse(schema!).mlflow_tensorspec;
  assert.deepEqual(JSON.parse(features), [
    { type: "tensor", "tensor-spec": { dtype: "uint8", shape: [-1, 28, 28] } },
  ]);
  assert.deepEqual(JSON.parse(targets), [
    { type: "tensor", "tensor-spec": { dtype: "uint8", shape: [-1] } },
  ]);
  assert.deepEqual(JSON.parse(profile!), { features_shape: [5, 28, 28], targets_shape: [5] });
  const sources = ["https://example.org/a", "/data/a", "file:///data/a"].map((uri) => {
    const { sourceType, source } = tensorDataset({ ...data, uri });
    return [sourceType, source];
  });
  assert.deepEqual(sources, [
    ["http", '{"url":"https://example.org/a"}'],
    ["local", '{"uri":"/data/a"}'],
    ["local", '{"uri":"file:///data/a"}'],
  ]);
});
