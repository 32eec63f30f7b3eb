import assert from "node:assert/strict";
import { makeBucket, startMinio, startMlflow, startSeaweedfs } from "../../scripts/services/mod.ts";
import { runPython } from "./python.ts";

const BUCKETS = `
import boto3, json
print(json.dumps([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]))
`;

for (const start of [startMinio, startSeaweedfs]) {
  Deno.test(`${start.name}() gives a store that outlasts being killed, and ends`, async () => {
    const server = await start();
    {
      await using s3 = server;
      await makeBucket(s3, "kept");
      await makeBucket(s3, "kept");
      assert.deepEqual(await runPython(BUCKETS, { s3 }), ["kept"]);
      await s3.kill();
      await assert.rejects(fetch(s3.url));
      await s3.restart();
      assert.deepEqual(await runPython(BUCKETS, { s3 }), ["kept"]);
      assert.doesNotMatch(await s3.log(), new RegExp(s3.secretKey));
    }
    await assert.rejects(fetch(server.url));
  });
}

const ROUND_TRIP = `
import json, mlflow
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.5)
    mlflow.log_text("hello", "said.txt")
text = mlflow.artifacts.load_text(run.info.artifact_uri + "/said.txt")
print(json.dumps([run.info.artifact_uri.split(":")[0], text]))
`;

const COUNT_RUNS = `
import mlflow
print(len(mlflow.search_runs(search_all_experiments=True)))
`;

Deno.test("startMlflow() keeps runs and artifacts over being killed", async () => {
  await using mlflow = await startMlflow();
  const trackingUri = mlflow.url;
  assert.deepEqual(await runPython(ROUND_TRIP, { trackingUri }), ["mlflow-artifacts", "hello"]);
  await mlflow.kill();
  await assert.rejects(fetch(mlflow.url));
  await mlflow.restart();
  assert.equal(await runPython(COUNT_RUNS, { trackingUri }), 1);
});

Deno.test("startMlflow() keeps artifacts on S3, by itself or by its clients", async () => {
  await using s3 = await startMinio();
  await makeBucket(s3, "experiments");
  for (const direct of [false, true]) {
    await using mlflow = await startMlflow({ artifacts: { s3, bucket: "experiments", direct } });
    const made = await runPython(ROUND_TRIP, { trackingUri: mlflow.url, ...(direct && { s3 }) });
    assert.deepEqual(made, [direct ? "s3" : "mlflow-artifacts", "hello"]);
  }
});
