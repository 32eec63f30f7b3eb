import assert from "node:assert/strict";
import { grpcMethods } from "../../lib/serve/grpc_service.ts";
import { listenGrpc } from "../../lib/serve/listen_grpc.ts";
import { fixedModels } from "../../lib/serve/repository.ts";
import { sumPredictor } from "../serve/fake_predictor.ts";
import { runInferencePython } from "./inference_python.ts";

const SCRIPT = `
import json, sys
import grpc
from tritonclient.grpc import service_pb2 as pb
target = json.loads(sys.argv[1])
METHOD = "/inference.GRPCInferenceService/ModelInfer"
request = pb.ModelInferRequest(model_name="sum")
tensor = request.inputs.add(name="image", datatype="UINT8", shape=[1, 2, 3, 1])
request.raw_input_contents.append(bytes([1, 2, 3, 4, 5, 6]))
def call(channel):
    try:
        channel.unary_unary(METHOD, pb.ModelInferRequest.SerializeToString)(request, timeout=20)
        return "OK"
    except grpc.RpcError as error:
        return error.code().name
channel = grpc.insecure_channel(target)
taken = call(channel) # the server is told to stop while it answers
late = call(grpc.insecure_channel(target))
print(json.dumps([taken, late]))
`;

// Here and not beside the other tests of listenGrpc(): where a server goes away, Deno's own
// node:http2 client crashes the process now and then; the server does not.
Deno.test("listenGrpc() answers what it has taken when aborted, and takes no more", async () => {
  const stop = new AbortController();
  const methods = grpcMethods({
    models: fixedModels([sumPredictor({
      async predict() {
        stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 50)); // so that stopping has begun
        return { probabilities: new Float32Array(10) };
      },
    })]),
    server: { name: "digits", version: "1" },
    repository: undefined,
    isRightToken: undefined,
    observer: { now: () => 0, answered() {} },
    onError: console.error,
  });
  const server = await listenGrpc(methods, { port: 0, signal: stop.signal });
  assert.deepEqual(await runInferencePython(SCRIPT, server.url), ["OK", "UNAVAILABLE"]);
  await server.finished;
});
