import assert from "node:assert/strict";
import { runInferencePython } from "./inference_python.ts";
import { startInferenceServer } from "./inference_server.ts";

const PRELUDE = `
import json, sys
import numpy as np
import tritonclient.grpc as triton
client = triton.InferenceServerClient(json.loads(sys.argv[1]))
def tensor(array, datatype, name="image"):
    made = triton.InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array)
    return made
pictures = np.array([[1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 9]], dtype=np.uint8)
`;

async function ask<T>(script: string): Promise<T> {
  await using server = await startInferenceServer();
  return await runInferencePython<T>(PRELUDE + script, server.grpc);
}

Deno.test("tritonclient's gRPC finds the server, its models and their versions", async () => {
  const found = await ask<Record<string, unknown>>(`
metadata = client.get_model_metadata("sum")
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "models": [client.is_model_ready(*m) for m in (("sum",), ("sum", "1"), ("sum", "9"), ("no",))],
    "server": client.get_server_metadata().name,
    "versions": list(metadata.versions),
    "inputs": [[i.name, i.datatype, list(i.shape)] for i in metadata.inputs],
    "outputs": [[o.name, o.datatype, list(o.shape)] for o in metadata.outputs],
    "index": [[m.name, m.version, m.state] for m in client.get_model_repository_index().models],
}))`);
  assert.deepEqual(found, {
    live: true,
    ready: true,
    models: [true, true, false, false],
    server: "digits",
    versions: ["1", "2"],
    inputs: [["image", "FP32", [-1, 2, 3, 1]]],
    outputs: [["probabilities", "FP32", [-1, 10]], ["class", "INT64", [-1]], ["label", "BYTES", [
      -1,
    ]]],
    index: [["sum", "1", "READY"], ["sum", "2", "READY"], ["slow", "1", "READY"]],
  });
});

Deno.test("tritonclient's gRPC predicts, in every datatype, by version and by output", async () => {
  const found = await ask<Record<string, unknown>>(`
def classes(array, datatype, **options):
    answer = client.infer("sum", [tensor(array, datatype)], **options)
    return answer.as_numpy("class").tolist()
answer = client.infer("sum", [tensor(pictures, "UINT8")], request_id="mine", model_version="1")
top = client.infer("sum", [tensor(pictures, "UINT8")],
                   outputs=[triton.InferRequestedOutput("probabilities", class_count=1)])
print(json.dumps({
    "version": answer.get_response().model_version,
    "id": answer.get_response().id,
    "probabilities": answer.as_numpy("probabilities").argmax(axis=1).tolist(),
    "labels": [label.decode() for label in answer.as_numpy("label")],
    "float": classes((pictures / 255).astype(np.float32).reshape(2, 2, 3), "FP32"),
    "double": classes(pictures / 255, "FP64"),
    "half": classes((pictures / 255).astype(np.float16), "FP16"),
    "long": classes(pictures.astype(np.int64).reshape(2, 2, 3, 1), "INT64"),
    "top": [text.decode() for text in top.as_numpy("probabilities").flatten()],
}))`);
  const classes = [1, 9];
  assert.deepEqual(found, {
    version: "1",
    id: "mine",
    probabilities: classes,
    labels: ["1", "9"],
    float: classes,
    double: classes,
    half: classes,
    long: classes,
    top: ["1:1:1", "1:9:9"],
  });
});

Deno.test("tritonclient's gRPC is told what is wrong, by the code that means it", async () => {
  const found = await ask<readonly [string, string][]>(`
from tritonclient.utils import InferenceServerException
def failure(act):
    try:
        act()
        return "none"
    except InferenceServerException as error:
        return [error.status(), error.message()]
good = tensor(pictures, "UINT8")
print(json.dumps([failure(act) for act in (
    lambda: client.infer("no", [good]),
    lambda: client.infer("sum", [good], model_version="9"),
    lambda: client.infer("sum", [tensor(pictures, "UINT8", "pixels")]),
    lambda: client.infer("sum", [tensor(np.full((1, 6), np.nan, dtype=np.float32), "FP32")]),
    lambda: client.infer("sum", [tensor(np.zeros((1000000, 6), dtype=np.uint8), "UINT8")]),
    lambda: client.infer("slow", [good], client_timeout=0.3),
    lambda: client.infer("sum", [good], outputs=[triton.InferRequestedOutput("logits")]),
    lambda: client.get_model_config("sum"),
    lambda: client.load_model("no"),
)]))`);
  assert.deepEqual(found.map(([code]) => code), [
    "StatusCode.NOT_FOUND",
    "StatusCode.NOT_FOUND",
    "StatusCode.INVALID_ARGUMENT",
    "StatusCode.INVALID_ARGUMENT",
    "StatusCode.RESOURCE_EXHAUSTED",
    "StatusCode.DEADLINE_EXCEEDED",
    "StatusCode.INVALID_ARGUMENT",
    "StatusCode.UNIMPLEMENTED",
    "StatusCode.NOT_FOUND",
  ]);
  assert.match(found[3]![1], /^Cannot read raw_input_contents\[0\]\[0\] as .*: got NaN$/);
});

Deno.test("tritonclient's gRPC unloads and loads a model", async () => {
  const found = await ask<readonly unknown[]>(`
client.unload_model("sum")
away = client.is_model_ready("sum")
client.load_model("sum")
print(json.dumps([away, client.is_model_ready("sum")]))`);
  assert.deepEqual(found, [false, true]);
});

Deno.test("tritonclient's gRPC answers many calls at once", async () => {
  const found = await ask<number>(`
from concurrent.futures import ThreadPoolExecutor
def one(i):
    picture = np.array([[i % 250, 0, 0, 0, 0, 1]], dtype=np.uint8)
    answer = client.infer("sum", [tensor(picture, "UINT8")]).as_numpy("class")[0]
    return answer == (i % 250 + 1) % 10
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(sum(map(bool, pool.map(one, range(1000))))))`);
  assert.equal(found, 1000);
});
