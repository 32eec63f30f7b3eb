import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { tokenCheck } from "../../lib/serve/auth.ts";
import {
  GrpcError,
  type GrpcMethod,
  grpcMethods,
  type GrpcServiceOptions,
} from "../../lib/serve/grpc_service.ts";
import type { RequestReport } from "../../lib/serve/observer.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import { fixedModels } from "../../lib/serve/repository.ts";
import { RequestError } from "../../lib/serve/request_error.ts";
import { sumPredictor } from "./fake_predictor.ts";
import { fieldsOf, inferMessage, message, textOf } from "./grpc_call.ts";

const NOTHING = new Uint8Array();

function methodsOf(
  predictor: Partial<Predictor> = {},
  options: Partial<GrpcServiceOptions> = {},
): { call: (name: string, request: Uint8Array, token?: string) => Promise<Uint8Array> } {
  const methods = grpcMethods({
    models: fixedModels([sumPredictor(predictor)]),
    server: { name: "digits", version: "1.2" },
    repository: undefined,
    isRightToken: undefined,
    observer: { now: () => 0, answered() {} },
    onError: (error) => assert.fail(String(error)),
    ...options,
  });
  const { signal } = new AbortController();
  return {
    call: (name, request, token = "") => (methods[name] as GrpcMethod)(request, { token, signal }),
  };
}

async function refuses(
  calling: Promise<unknown>,
  code: number,
  message: string | RegExp,
): Promise<void> {
  await assert.rejects(calling, (error) => {
    assert(error instanceof GrpcError, String(error));
    assert.equal(error.code, code);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

const PIXELS = Uint8Array.of(1, 2, 3, 4, 5, 6);

Deno.test("health, readiness and metadata are answered", async () => {
  const { call } = methodsOf();
  assert.deepEqual(fieldsOf(await call("ServerLive", NOTHING)), { 1: [1] });
  assert.deepEqual(fieldsOf(await call("ServerReady", NOTHING)), { 1: [1] });
  const ready = async (name: string, version = "") =>
    fieldsOf(await call("ModelReady", message({ 1: name, 2: version })))[1]?.[0] === 1;
  assert.deepEqual(
    [await ready("sum"), await ready("sum", "1"), await ready("sum", "2"), await ready("no")],
    [true, true, false, false],
  );
  const server = await call("ServerMetadata", NOTHING);
  assert.deepEqual([textOf(server, 1), textOf(server, 2)], ["digits", "1.2"]);
  const model = await call("ModelMetadata", message({ 1: "sum" }));
  assert.deepEqual([textOf(model, 1), textOf(model, 2)], ["sum", "1"]);
  assert.equal(textOf(fieldsOf(model)[4]![0] as Uint8Array, 1), "image");
  assert.equal(fieldsOf(model)[5]!.length, 3);
});

Deno.test("ModelInfer answers raw bytes, and says the id again", async () => {
  const { call } = methodsOf();
  const answer = await call("ModelInfer", inferMessage("sum", PIXELS, { id: "mine" }));
  assert.deepEqual([1, 2, 3].map((id) => textOf(answer, id)), ["sum", "1", "mine"]);
  const { 5: outputs, 6: raw } = fieldsOf(answer);
  assert.deepEqual(
    outputs!.map((output) => textOf(output as Uint8Array, 1)),
    ["probabilities", "class", "label"],
  );
  const [probabilities, best, label] = raw as Uint8Array[];
  assert.equal(new Float32Array(probabilities!.slice().buffer)[1], 1);
  assert.deepEqual([...best!], [1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...label!], [1, 0, 0, 0, "1".charCodeAt(0)]);
});

Deno.test("ModelInfer reads numbers in contents, and answers the outputs that are asked for", async () => {
  const { call } = methodsOf();
  const packed = Uint8Array.of(1, 2, 3, 4, 5, 6); // Varints of one byte.
  const input = message({
    1: "image",
    2: "UINT8",
    3: Uint8Array.of(1, 6),
    5: message({ 4: packed }),
  });
  const answer = await call(
    "ModelInfer",
    message({ 1: "sum", 5: input, 6: message({ 1: "class" }) }),
  );
  const { 5: outputs, 6: raw } = fieldsOf(answer);
  assert.deepEqual(outputs!.map((output) => textOf(output as Uint8Array, 1)), ["class"]);
  assert.equal((raw![0] as Uint8Array)[0], 1);
});

Deno.test("ModelInfer refuses what it can't read with INVALID_ARGUMENT and the place", async () => {
  const { call } = methodsOf();
  const infer = (pixels: Uint8Array, options: Parameters<typeof inferMessage>[2]) =>
    call("ModelInfer", inferMessage("sum", pixels, options));
  await refuses(
    infer(PIXELS, { name: "pixels" }),
    3,
    'Cannot read inputs[0].name as "image": got "pixels"',
  );
  await refuses(infer(PIXELS, { datatype: "STRING" }), 3, /^Cannot read inputs\[0\]\.datatype as /);
  await refuses(infer(PIXELS, { shape: [-1, 6] }), 3, /^Cannot read inputs\[0\]\.shape as .*-1/);
  await refuses(infer(PIXELS, { shape: [2 ** 52, 6] }), 3, /^Cannot read raw_input_contents/);
  await refuses(infer(PIXELS.subarray(1), {}), 3, /must have 6 bytes, and has 5$/);
  const nan = new Uint8Array(Float32Array.of(0, NaN, 0, 0, 0, 0).buffer);
  await refuses(
    infer(nan, { datatype: "FP32" }),
    3,
    /^Cannot read raw_input_contents\[0\]\[1\] as .*: got NaN$/,
  );
  await refuses(
    call("ModelInfer", message({ 1: "sum" })),
    3,
    /^Cannot read inputs as a list of one/,
  );
  const input = message({ 1: "image", 2: "UINT8", 3: Uint8Array.of(1, 6) });
  const both = message({ 1: "sum", 5: input, 7: [PIXELS, PIXELS] });
  await refuses(call("ModelInfer", both), 3, /^Cannot read raw_input_contents: .* there are 2$/);
  await refuses(
    call("ModelInfer", message({ 1: "sum", 5: input })),
    3,
    /^Cannot read inputs\[0\]\.contents\.uint_contents .* must have 6 numbers, and has 0$/,
  );
  await refuses(call("ModelInfer", Uint8Array.of(255, 255, 255)), 3, /^Cannot read the message: /);
});

Deno.test("what is unknown, not ready or failed has the code that means it", async () => {
  const told: unknown[] = [];
  const infer = (predictor: Partial<Predictor>, name = "sum") =>
    methodsOf(predictor, { onError: (error) => told.push(error) })
      .call("ModelInfer", inferMessage(name, PIXELS));
  await refuses(infer({}, "no"), 5, /^Cannot find model "no"/);
  await refuses(
    methodsOf().call("ModelInfer", message({ 1: "sum", 2: "7" })),
    5,
    /^Cannot find version "7" of model "sum"/,
  );
  const failing = (error: unknown) => ({ predict: () => Promise.reject(error) });
  await refuses(infer(failing(new RequestError(503, "full"))), 14, "full");
  await refuses(infer(failing(new RequestError(504, "late"))), 4, "late");
  assert.deepEqual(told, []);
  const secret = new DataError("secret");
  await refuses(infer(failing(secret)), 13, "The server failed; its log says why");
  assert.deepEqual(told, [secret]);
});

Deno.test("models are listed, loaded and unloaded, as Triton's and KServe's messages have it", async () => {
  const asked: unknown[] = [];
  const repository = {
    load: (name: string, version?: string) => Promise.resolve(void asked.push([name, version])),
    unload: (name: string, version?: string) => Promise.resolve(void asked.push([name, version])),
  };
  const { call } = methodsOf({}, { repository });
  const index = await call("RepositoryIndex", NOTHING);
  const [model] = fieldsOf(index)[1] as Uint8Array[];
  assert.deepEqual([1, 2, 3].map((id) => textOf(model!, id)), ["sum", "1", "READY"]);
  const version = message({ 1: "version", 2: message({ 3: "2" }) });
  const answer = await call("RepositoryModelLoad", message({ 2: "sum", 3: version }));
  assert.deepEqual([textOf(answer, 1), fieldsOf(answer)[2]], ["sum", [1]]);
  await call("RepositoryModelUnload", message({ 1: "sum" }));
  assert.deepEqual(asked, [["sum", "2"], ["sum", undefined]]);
  await refuses(
    methodsOf().call("RepositoryModelLoad", message({ 2: "sum" })),
    7,
    /^Cannot load or unload models here/,
  );
  const damaged = () => Promise.reject(new DataError("it is damaged"));
  const broken = methodsOf({}, { repository: { load: damaged, unload: damaged } });
  await refuses(broken.call("RepositoryModelLoad", message({ 1: "sum" })), 3, "it is damaged");
});

Deno.test("calls without the token are refused, but those for health", async () => {
  const { call } = methodsOf({}, { isRightToken: tokenCheck("s3cret") });
  await refuses(call("ModelInfer", inferMessage("sum", PIXELS)), 16, /without the token/);
  await refuses(call("ServerMetadata", NOTHING, "other"), 16, /without the token/);
  await call("ServerReady", NOTHING);
  await call("ModelReady", message({ 1: "sum" }));
  await call("ModelInfer", inferMessage("sum", PIXELS), "s3cret");
});

Deno.test("every request for predictions is reported, good or not", async () => {
  const reports: RequestReport[] = [];
  let time = 0;
  const { call } = methodsOf({}, {
    observer: { now: () => time++, answered: (report) => reports.push(report) },
  });
  await call("ModelInfer", inferMessage("sum", PIXELS));
  await assert.rejects(call("ModelInfer", inferMessage("no", PIXELS)));
  const about = { protocol: "grpc", model: "sum", version: "1", status: 200, images: 1 };
  assert.deepEqual(reports, [
    { ...about, cameAt: 0, readAt: 1, predictedAt: 2, answeredAt: 3 },
    {
      ...about,
      ...{ model: "", version: "", status: 404, images: 0 },
      ...{ cameAt: 4, readAt: 5, predictedAt: 5, answeredAt: 5 },
    },
  ]);
});
