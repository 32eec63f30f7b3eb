import assert from "node:assert/strict";
import { UsageError } from "../../../lib/base/errors.ts";
import { inferenceService, revisionOf } from "../../../lib/deploy/kserve/inference_service.ts";
import { labelValue } from "../../../lib/deploy/kserve/names.ts";
import { servingUri } from "../../../lib/deploy/kserve/storage_uri.ts";

const options = { name: "mnist", storageUri: "minio://b/runs/1", version: "3", runId: "run 1/ä" };

Deno.test("inferenceService() names our runtime, the account, the version and the run", () => {
  const service = inferenceService({
    ...options,
    image: "registry.example/digits:1",
    pullPolicy: "IfNotPresent",
    replicas: { min: 0, max: 3 },
    scale: { metric: "concurrency", target: 10 },
    resources: { requests: { cpu: "1" } },
    mode: "Knative",
    labels: { team: "a" },
    annotations: { note: "b" },
  });
  assert.deepEqual(service, {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: {
      name: "mnist",
      labels: {
        team: "a",
        "app.kubernetes.io/managed-by": "digits-recognizer",
        "fourdotinfinity/model-version": "3",
        "fourdotinfinity/run-id": "run-1",
      },
      annotations: {
        note: "b",
        "fourdotinfinity/model-version": "3",
        "fourdotinfinity/run-id": "run 1/ä",
        "serving.kserve.io/deploymentMode": "Knative",
      },
    },
    spec: {
      predictor: {
        serviceAccountName: "digits-recognizer-serving",
        minReplicas: 0,
        maxReplicas: 3,
        scaleMetric: "concurrency",
        scaleTarget: 10,
        model: {
          modelFormat: { name: "onnx", version: "1" },
          runtime: "digits-recognizer",
          protocolVersion: "v2",
          storageUri: "s3://b/runs/1",
          image: "registry.example/digits:1",
          imagePullPolicy: "IfNotPresent",
          resources: { requests: { cpu: "1" } },
        },
        labels: {
          "fourdotinfinity/model-version": "3",
          "fourdotinfinity/revision": revisionOf(service.spec.predictor),
        },
        annotations: {
          "fourdotinfinity/model-version": "3",
          "fourdotinfinity/run-id": "run 1/ä",
        },
      },
    },
  });
});

Deno.test("inferenceService() gives Triton no image of ours", () => {
  const { spec: { predictor } } = inferenceService({
    ...options,
    runtime: "triton",
    image: "ours",
  });
  assert.deepEqual(predictor.model, {
    modelFormat: { name: "onnx", version: "1" },
    runtime: "kserve-tritonserver",
    protocolVersion: "v2",
    storageUri: "s3://b/runs/1",
  });
});

Deno.test("the revision is that of what runs, whatever run made it", () => {
  const revision = (changes: object) =>
    revisionOf(inferenceService({ ...options, ...changes }).spec.predictor);
  assert.match(revision({})!, /^[0-9a-f]{10}$/);
  assert.equal(revision({ runId: "another" }), revision({}));
  assert.notEqual(revision({ image: "another" }), revision({}));
});

Deno.test("inferenceService() refuses names and numbers that KServe can't take", () => {
  for (const name of ["Mnist", "1st", "a_b", "a-", "", "a".repeat(41)]) {
    assert.throws(() => inferenceService({ ...options, name }), UsageError);
  }
  const replicas = { min: 3, max: 2 };
  assert.throws(() => inferenceService({ ...options, replicas }), /at least 3 and at most 2/);
});

Deno.test("servingUri() takes what pods can fetch from, and nothing of this machine", () => {
  assert.equal(servingUri("minio://b/a b"), "s3://b/a b");
  assert.equal(servingUri("s3://b/runs/1?endpoint=x"), "s3://b/runs/1");
  assert.equal(servingUri("pvc://claim/path"), "pvc://claim/path");
  assert.throws(() => servingUri("file:///tmp/x"), /keep artifacts in S3 \(set MINIO_ENDPOINT/);
  assert.throws(() => servingUri("/tmp/x"), /can't see this machine's folders/);
  assert.throws(() => servingUri("ftp://me:pw@h/x"), (error: Error) => {
    assert.match(error.message, /^Cannot serve ftp:\/\/…@h\/x with KServe: KServe fetches from s3/);
    return true;
  });
});

Deno.test("labelValue() makes any text a label", () => {
  assert.equal(labelValue("run 1/ä"), "run-1");
  assert.equal(labelValue("-".repeat(80) + "x"), "");
  assert.equal(labelValue("a".repeat(80)).length, 63);
});
