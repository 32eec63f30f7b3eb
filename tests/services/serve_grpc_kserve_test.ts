import assert from "node:assert/strict";
import { runInferencePython } from "./inference_python.ts";
import { startInferenceServer } from "./inference_server.ts";

Deno.test("kserve's gRPC client finds and asks a model", async () => {
  await using server = await startInferenceServer();
  const found = await runInferencePython<Record<string, unknown>>(
    `
import asyncio, json, sys
import numpy as np
from kserve import InferenceGRPCClient, InferInput, InferRequest
async def main():
    client = InferenceGRPCClient(json.loads(sys.argv[1]))
    pictures = np.array([[1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 9]], dtype=np.uint8)
    raw = InferInput("image", [2, 6], "UINT8")
    raw.set_data_from_numpy(pictures, binary_data=True)
    plain = InferInput("image", [2, 6], "UINT8", pictures.flatten().tolist())
    answers = [await client.infer(InferRequest("sum", [one], request_id="mine")) for one in (raw, plain)]
    print(json.dumps({
        "live": await client.is_server_live(),
        "ready": [await client.is_server_ready(), await client.is_model_ready("sum")],
        "id": answers[0].id,
        "classes": [answer.outputs[1].as_numpy().tolist() for answer in answers],
    }))
asyncio.run(main())`,
    server.grpc,
  );
  assert.deepEqual(found, {
    live: true,
    ready: [true, true],
    id: "mine",
    classes: [[1, 9], [1, 9]],
  });
});

Deno.test("a channel of grpcio with KServe's own stubs loads, unloads, and sends numbers in contents", async () => {
  await using server = await startInferenceServer();
  const found = await runInferencePython<Record<string, unknown>>(
    `
import json, sys
import grpc
from kserve.protocol.grpc import grpc_predict_v2_pb2 as messages
from kserve.protocol.grpc.grpc_predict_v2_pb2_grpc import GRPCInferenceServiceStub
stub = GRPCInferenceServiceStub(grpc.insecure_channel(json.loads(sys.argv[1])))
def infer(datatype, **contents):
    tensor = messages.ModelInferRequest.InferInputTensor(
        name="image", datatype=datatype, shape=[1, 6],
        contents=messages.InferTensorContents(**contents))
    return stub.ModelInfer(messages.ModelInferRequest(model_name="sum", inputs=[tensor]))
def failure(act):
    try:
        act()
    except grpc.RpcError as error:
        return [error.code().name, error.details()]
numbers = [1, 2, 3, 4, 5, 6]
parts = [number / 255 for number in numbers]
answers = [infer("UINT8", uint_contents=numbers), infer("INT64", int64_contents=numbers),
           infer("INT32", int_contents=numbers), infer("FP32", fp32_contents=parts),
           infer("FP64", fp64_contents=parts)]
print(json.dumps({
    "classes": [answer.raw_output_contents[1][0] for answer in answers],
    "negative": failure(lambda: infer("INT64", int64_contents=[-1, 0, 0, 0, 0, 0])),
    "unloaded": stub.RepositoryModelUnload(
        messages.RepositoryModelUnloadRequest(model_name="sum")).isUnloaded,
    "away": failure(lambda: infer("UINT8", uint_contents=numbers))[0],
    "loaded": stub.RepositoryModelLoad(
        messages.RepositoryModelLoadRequest(model_name="sum")).isLoaded,
}))`,
    server.grpc,
  );
  assert.deepEqual(found, {
    classes: [1, 1, 1, 1, 1],
    negative: [
      "INVALID_ARGUMENT",
      "Cannot read inputs[0].contents.int64_contents[0] as an integer 0 to 255: got -1",
    ],
    unloaded: true,
    away: "UNAVAILABLE",
    loaded: true,
  });
});

Deno.test("Prometheus's own parser reads /metrics", async () => {
  await using server = await startInferenceServer();
  const found = await runInferencePython<Record<string, number>>(
    `
import json, sys, urllib.request
from prometheus_client.parser import text_string_to_metric_families
url = "http://" + json.loads(sys.argv[1])
body = json.dumps({"instances": [[1, 2, 3, 4, 5, 6]]}).encode()
urllib.request.urlopen(url + "/v1/models/sum:predict", body).read()
text = urllib.request.urlopen(url + "/metrics").read().decode()
families = {family.name: family for family in text_string_to_metric_families(text)}
counts = [sample.value for sample in families["request_predict_seconds"].samples
          if sample.name.endswith("_count") and sample.labels == {"model_name": "sum"}]
print(json.dumps({"predict": counts[0],
                  "requests": families["digits_requests"].samples[0].value,
                  "memory": families["process_resident_memory_bytes"].samples[0].value}))`,
    server.http,
  );
  assert.deepEqual(found, { predict: 1, requests: 1, memory: 1e8 });
});
