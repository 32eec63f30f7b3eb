import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { concatBytes } from "../../lib/base/bytes.ts";
import { createHandler, type HandlerOptions } from "../../lib/serve/handler.ts";
import type { RequestReport } from "../../lib/serve/observer.ts";
import { type ModelLookup, unknownModel } from "../../lib/serve/repository.ts";
import { RequestError } from "../../lib/serve/request_error.ts";
import { sumPredictor } from "./fake_predictor.ts";

const INFER = "/v2/models/sum/infer";
const INPUT = { name: "image", datatype: "UINT8", shape: [2, 6] };
const PIXELS = Uint8Array.of(1, 2, 3, 4, 5, 6, 250, 0, 0, 0, 0, 3); // classes 1 and 3

async function ask(
  path: string,
  init: RequestInit = {},
  options: Partial<HandlerOptions> = {},
): Promise<{ status: number; json: Record<string, unknown>; response: Response }> {
  const handler = createHandler({ models: [sumPredictor()], ...options });
  const response = await handler(new Request(`http://localhost${path}`, init));
  const copy = response.clone();
  return { status: response.status, json: await response.json(), response: copy };
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers };
}

const BODY = { id: "7", inputs: [{ ...INPUT, data: [...PIXELS] }], outputs: [{ name: "class" }] };
const ANSWER = {
  model_name: "sum",
  model_version: "1",
  id: "7",
  outputs: [{ name: "class", datatype: "INT64", shape: [2], data: [1, 3] }],
};

Deno.test("POST …/infer answers in JSON, of a version in the path too, packed or plain", async () => {
  for (const path of [INFER, "/v2/models/sum/versions/1/infer", `${INFER}?x=/y`]) {
    const { status, json, response } = await ask(path, post(BODY));
    assert.deepEqual([status, json], [200, ANSWER], path);
    assert.equal(response.headers.get("content-type"), "application/json");
  }
  const packed = { method: "POST", body: Uint8Array.from(gzipSync(JSON.stringify(BODY))) };
  const { json } = await ask(INFER, { ...packed, headers: { "content-encoding": "gzip" } });
  assert.deepEqual(json, ANSWER);
});

Deno.test("POST …/infer takes and gives numbers as bytes", async () => {
  const head = new TextEncoder().encode(JSON.stringify({
    inputs: [{ ...INPUT, parameters: { binary_data_size: 12 } }],
    outputs: [{ name: "probabilities", parameters: { binary_data: true } }],
  }));
  const response = await createHandler({ models: [sumPredictor()] })(
    new Request(`http://localhost${INFER}`, {
      method: "POST",
      body: concatBytes([head, PIXELS]),
      headers: { "inference-header-content-length": String(head.length) },
    }),
  );
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  const length = Number(response.headers.get("inference-header-content-length"));
  const bytes = await response.bytes();
  assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes.subarray(0, length))).outputs, [{
    name: "probabilities",
    datatype: "FP32",
    shape: [2, 10],
    parameters: { binary_data_size: 80 },
  }]);
  const wanted = new Float32Array(20);
  wanted[1] = wanted[13] = 1;
  assert.deepEqual(new Float32Array(bytes.slice(length).buffer), wanted);
});

Deno.test("POST …/infer refuses what is wrong with 400, and what isn't there with 404", async () => {
  const refuses = async (path: string, body: unknown, status: number, message: RegExp) => {
    const answer = await ask(path, post(body));
    assert.equal(answer.status, status);
    assert.deepEqual(Object.keys(answer.json), ["error"]);
    assert.match(answer.json["error"] as string, message);
  };
  await refuses(INFER, "{", 400, /^Cannot parse the body as JSON: /);
  await refuses(INFER, {}, 400, /^Cannot read inputs as /);
  await refuses("/v2/models/no/infer", BODY, 404, /^Cannot find model "no": /);
  await refuses("/v2/models/..%2fsum/infer", BODY, 404, /^Cannot find model "..\/sum": /);
  await refuses(
    "/v2/models/sum/versions/2/infer",
    BODY,
    404,
    /^Cannot find version "2" of model "sum"/,
  );
  await refuses("/v2/models/sum/infer/", BODY, 404, /^Cannot find "/);
});

Deno.test("GET /v2 and below tell of the server and its models", async () => {
  const models = [sumPredictor(), sumPredictor({ name: "other", version: "9" })];
  const get = async (path: string) => {
    const { status, json } = await ask(path, {}, { models, server: { name: "s", version: "5" } });
    assert.equal(status, 200, path);
    return json;
  };
  const server = await get("/v2");
  assert.deepEqual([server["name"], server["version"]], ["s", "5"]);
  assert((server["extensions"] as string[]).includes("binary_tensor_data"));
  assert.deepEqual(await get("/v2/health/live"), { live: true });
  assert.deepEqual(await get("/v2/health/ready"), { ready: true });
  assert.deepEqual(await get("/v2/models"), { models: ["sum", "other"] });
  const { json: index } = await ask("/v2/repository/index", { method: "POST" }, { models });
  assert.deepEqual(index, [
    { name: "sum", version: "1", state: "READY", reason: "" },
    { name: "other", version: "9", state: "READY", reason: "" },
  ]);
  for (const path of ["/v2/models/other", "/v2/models/other/versions/9"]) {
    assert.deepEqual(await get(path), {
      name: "other",
      versions: ["9"],
      platform: "onnxruntime_onnx",
      inputs: [{ name: "image", datatype: "FP32", shape: [-1, 2, 3, 1] }],
      outputs: [
        { name: "probabilities", datatype: "FP32", shape: [-1, 10] },
        { name: "class", datatype: "INT64", shape: [-1] },
        { name: "label", datatype: "BYTES", shape: [-1] },
      ],
    });
    assert.deepEqual(await get(`${path}/ready`), { name: "other", ready: true });
    const config = await get(`${path}/config`);
    assert.deepEqual(config["input"], [{
      name: "image",
      data_type: "TYPE_FP32",
      dims: [-1, 2, 3, 1],
    }]);
  }
});

Deno.test("GET …/stats counts what was answered and what was refused", async () => {
  let now = 0;
  const handler = createHandler({
    models: [sumPredictor()],
    observer: { now: () => now += 2, answered() {} },
  });
  const send = (body: unknown) => handler(new Request(`http://localhost${INFER}`, post(body)));
  await send(BODY);
  await send(BODY);
  await send({});
  for (
    const path of ["/v2/models/sum/stats", "/v2/models/sum/versions/1/stats", "/v2/models/stats"]
  ) {
    const response = await handler(new Request(`http://localhost${path}`));
    const { model_stats: [stats] } = await response.json();
    assert.equal(stats.inference_count, 4);
    assert.equal(stats.execution_count, 2);
    assert.deepEqual(stats.inference_stats.success, { count: 2, ns: 12_000_000 });
    assert.deepEqual(stats.inference_stats.fail, { count: 1, ns: 2_000_000 });
    assert.deepEqual(stats.inference_stats.compute_infer, { count: 2, ns: 4_000_000 });
  }
});

Deno.test("the observer is told of each request, how far it got and when", async () => {
  const reports: RequestReport[] = [];
  let now = 0;
  const handler = createHandler({
    models: [sumPredictor()],
    observer: { now: () => ++now, answered: (report) => reports.push(report) },
  });
  const send = (path: string, body: unknown) =>
    handler(new Request(`http://localhost${path}`, post(body)));
  await send(INFER, BODY);
  await send("/v1/models/sum:predict", { instances: [[1, 2, 3, 4, 5, 6]] });
  await send(INFER, {});
  await send("/v2/models/no/infer", BODY);
  const times = ({ cameAt, readAt, predictedAt, answeredAt }: RequestReport) =>
    [readAt, predictedAt, answeredAt].map((at) => at - cameAt);
  assert.deepEqual(
    reports.map((
      each,
    ) => [each.protocol, each.model, each.version, each.status, each.images, ...times(each)]),
    [
      ["v2", "sum", "1", 200, 2, 1, 2, 3],
      ["v1", "sum", "1", 200, 1, 1, 2, 3],
      ["v2", "sum", "1", 400, 0, 1, 1, 1],
      ["v2", "", "", 404, 0, 1, 1, 1],
    ],
  );
});

/** A model that can be taken away. */
function changingModels(): ModelLookup & { used: number; state: "READY" | "LOADING" } {
  const models = {
    used: 0,
    state: "READY" as "READY" | "LOADING",
    find(name: string) {
      if (name !== "sum") throw unknownModel(name);
      if (models.state !== "READY") {
        throw new RequestError(503, "Cannot answer yet: it is loading", { "retry-after": "1" });
      }
      models.used++;
      return { predictor: sumPredictor(), [Symbol.dispose]: () => void models.used-- };
    },
    index: () => [
      { name: "sum", version: "1", state: models.state, reason: "", latest: true },
    ],
    ready: () => models.state === "READY",
  };
  return models;
}

Deno.test("a model is held while it is asked, and let go of whatever happens", async () => {
  const models = changingModels();
  for (
    const [path, init] of [
      [INFER, post(BODY)],
      [INFER, post("{")],
      ["/v2/models/sum", {}],
      ["/v2/models/sum/ready", {}],
      ["/v1/models/sum", {}],
    ] as const
  ) {
    await ask(path, init, { models });
    assert.equal(models.used, 0, path);
  }
});

Deno.test("while a model is not ready, 503 says so everywhere", async () => {
  const models = changingModels();
  models.state = "LOADING";
  for (
    const [path, init] of [
      [INFER, post(BODY)],
      ["/v1/models/sum:predict", post({})],
      ["/v2/models/sum/ready", {}],
      ["/v1/models/sum", {}],
    ] as const
  ) {
    const { status, response } = await ask(path, init, { models });
    assert.equal(status, 503, path);
    assert.equal(response.headers.get("retry-after"), "1");
  }
  const { status, json } = await ask("/v2/health/ready", {}, { models });
  assert.deepEqual([status, json], [503, { ready: false }]);
  assert.deepEqual((await ask("/v2/models", {}, { models })).json, { models: ["sum"] });
});

Deno.test("another method than those of a V2 path is refused with 405", async () => {
  for (
    const [path, method, allow] of [
      ["/v2", "POST", "GET, HEAD"],
      ["/v2/models/sum", "DELETE", "GET, HEAD"],
      ["/v2/models/sum/ready", "POST", "GET, HEAD"],
      [INFER, "GET", "POST"],
      ["/v2/models/sum/versions/1/infer", "PUT", "POST"],
    ] as const
  ) {
    const { status, response } = await ask(path, { method });
    assert.equal(status, 405, path);
    assert.equal(response.headers.get("allow"), allow);
  }
});

Deno.test("a request whose client has left is nobody's failure", async () => {
  const left = sumPredictor({
    predict: () => Promise.reject(new DOMException("The client has left", "AbortError")),
  });
  const reports: number[] = [];
  const response = await createHandler({
    models: [left],
    onError: (error) => assert.fail(`${error}`),
    observer: { now: () => 0, answered: ({ status }) => reports.push(status) },
  })(new Request(`http://localhost${INFER}`, post(BODY)));
  assert.equal(await response.text(), "");
  assert.deepEqual(reports, [499]);
});
