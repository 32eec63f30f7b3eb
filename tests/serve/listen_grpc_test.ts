import assert from "node:assert/strict";
import { BusyError } from "../../lib/base/errors.ts";
import { tokenCheck } from "../../lib/serve/auth.ts";
import { grpcMethods, type GrpcServiceOptions } from "../../lib/serve/grpc_service.ts";
import { listenGrpc, type ListenGrpcOptions } from "../../lib/serve/listen_grpc.ts";
import type { Server } from "../../lib/serve/listen.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import { fixedModels } from "../../lib/serve/repository.ts";
import { sumPredictor } from "./fake_predictor.ts";
import { GrpcClient, inferMessage, textOf } from "./grpc_call.ts";

const INFER = inferMessage("sum", Uint8Array.of(1, 2, 3, 4, 5, 6));

function serverOf(
  predictor: Partial<Predictor> = {},
  options: Partial<ListenGrpcOptions> & Partial<GrpcServiceOptions> = {},
): Promise<Server> {
  const methods = grpcMethods({
    models: fixedModels([sumPredictor(predictor)]),
    server: { name: "digits", version: "1" },
    repository: undefined,
    isRightToken: undefined,
    observer: { now: () => 0, answered() {} },
    onError() {},
    ...options,
  });
  return listenGrpc(methods, { port: 0, ...options });
}

Deno.test("listenGrpc() answers calls until it is disposed of", async () => {
  const server = await serverOf();
  {
    using client = new GrpcClient(server.url);
    const { code, bytes } = await client.call("ModelInfer", INFER);
    assert.deepEqual([code, textOf(bytes, 1)], [0, "sum"]);
    assert.equal((await client.call("ModelStreamInfer", INFER)).code, 12); // UNIMPLEMENTED
  }
  await server[Symbol.asyncDispose]();
  await server.finished;
  using client = new GrpcClient(server.url);
  assert.equal((await client.call("ModelInfer", INFER, { deadlineMs: 5_000 })).code, 14);
});

Deno.test("listenGrpc() says why a call failed, in any script", async () => {
  await using server = await serverOf();
  using client = new GrpcClient(server.url);
  const { code, details } = await client.call("ModelInfer", inferMessage("Ziffern ✎ 100 %", INFER));
  assert.equal(code, 5);
  assert.equal(details, 'Cannot find model "Ziffern ✎ 100 %": GET /v1/models lists them');
});

Deno.test("listenGrpc() refuses messages above the limit with RESOURCE_EXHAUSTED", async () => {
  await using server = await serverOf({}, { maxBodyBytes: 10_000 });
  using client = new GrpcClient(server.url);
  const large = inferMessage("sum", new Uint8Array(20_000));
  assert.equal((await client.call("ModelInfer", large)).code, 8);
  assert.equal((await client.call("ModelInfer", INFER)).code, 0);
});

Deno.test("a call whose deadline has passed is told so, and its prediction is given up", async () => {
  const aborted = Promise.withResolvers<unknown>();
  await using server = await serverOf({
    predict(_images, options) {
      options?.signal?.addEventListener("abort", () => aborted.resolve(options.signal?.reason));
      return new Promise(() => {});
    },
  }, { drainMs: 0 });
  using client = new GrpcClient(server.url);
  assert.equal((await client.call("ModelInfer", INFER, { deadlineMs: 50 })).code, 4);
  assert(await aborted.promise instanceof DOMException);
});

Deno.test("listenGrpc() reads the token of a call", async () => {
  await using server = await serverOf({}, { isRightToken: tokenCheck("s3cret") });
  using client = new GrpcClient(server.url);
  assert.equal((await client.call("ModelInfer", INFER)).code, 16);
  const authorization = "Bearer s3cret";
  assert.equal((await client.call("ModelInfer", INFER, { authorization })).code, 0);
});

Deno.test("listenGrpc() names a port in use", async () => {
  await using server = await serverOf();
  const port = Number(server.url.split(":").at(-1));
  await assert.rejects(serverOf({}, { port }), (error) => {
    assert(error instanceof BusyError);
    assert.match(error.message, /^Cannot listen on port \d+ of 127\.0\.0\.1 .* with --grpc-port$/);
    return true;
  });
});
