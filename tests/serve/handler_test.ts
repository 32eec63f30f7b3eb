import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { createHandler, type HandlerOptions } from "../../lib/serve/handler.ts";
import { sumPredictor } from "./fake_predictor.ts";

const PREDICT = "/v1/models/sum:predict";
const BODY = '{"instances": [[1, 2, 3, 4, 5, 6], [[250, 0, 0], [0, 0, 3]]]}';

/** Asks, and gives status, JSON and headers. */
async function ask(
  path: string,
  init: RequestInit = {},
  options: Partial<HandlerOptions> = {},
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const handler = createHandler({ models: [sumPredictor()], ...options });
  const response = await handler(new Request(`http://localhost${path}`, init));
  assert.match(response.headers.get("content-type")!, /^application\/json/);
  return { status: response.status, json: await response.json(), headers: response.headers };
}

async function refuses(
  path: string,
  init: RequestInit,
  status: number,
  message: string | RegExp,
  options: Partial<HandlerOptions> = {},
): Promise<Headers> {
  const answer = await ask(path, init, options);
  assert.equal(answer.status, status);
  const { error, ...rest } = answer.json as { error: string };
  assert.deepEqual(rest, {});
  if (typeof message === "string") assert.equal(error, message);
  else assert.match(error, message);
  return answer.headers;
}

function post(body: NonNullable<RequestInit["body"]>, headers: Record<string, string> = {}) {
  return { method: "POST", body, headers };
}

Deno.test("GET / says that the server is alive", async () => {
  const { status, json } = await ask("/");
  assert.equal(status, 200);
  assert.deepEqual(json, { status: "alive" });
});

Deno.test("GET /v1/models lists the models, and /v1/models/NAME says that one is ready", async () => {
  const models = [sumPredictor(), sumPredictor({ name: "other-1.2_b" })];
  const list = await ask("/v1/models", {}, { models });
  assert.deepEqual(list.json, { models: ["sum", "other-1.2_b"] });
  const one = await ask("/v1/models/other-1.2_b?x=1", {}, { models });
  assert.deepEqual([one.status, one.json], [200, { name: "other-1.2_b", ready: true }]);
});

Deno.test("POST …:predict answers one prediction a picture", async () => {
  const { status, json } = await ask(PREDICT, post(BODY));
  assert.equal(status, 200);
  const { predictions } = json as { predictions: { label: string; class: number }[] };
  assert.deepEqual(predictions.map((p) => [p.label, p.class]), [["1", 1], ["3", 3]]);
  assert.deepEqual(predictions[0], {
    label: "1",
    class: 1,
    probabilities: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  });
});

Deno.test("POST …:predict reads JSON under any content type, after a byte order mark, and with its colon escaped", async () => {
  for (
    const type of ["application/json", "application/x-www-form-urlencoded", "text/plain", "a"]
  ) {
    assert.equal((await ask(PREDICT, post(BODY, { "content-type": type }))).status, 200);
  }
  assert.equal((await ask(PREDICT, post("\ufeff" + BODY))).status, 200);
  assert.equal((await ask("/v1/models/sum%3Apredict", post(BODY))).status, 200);
  assert.equal((await ask(PREDICT, post(BODY, { "content-encoding": "identity" }))).status, 200);
});

Deno.test("a body that can't be read is refused with 400 and the path of what is wrong", async () => {
  await refuses(PREDICT, post("{"), 400, /^Cannot parse the body as JSON: /);
  await refuses(PREDICT, { method: "POST" }, 400, /^Cannot parse the body as JSON: /);
  await refuses(
    PREDICT,
    post('{"instances": [[0, 0, 0, 0, 0, 256]]}'),
    400,
    "Cannot read instances[0][5] as an integer 0 to 255 or a number 0 to 1: got 256",
  );
  await refuses(
    PREDICT,
    post(Uint8Array.of(0x22, 0xff, 0x22)),
    400,
    "Cannot read the body as it is not UTF-8 text",
  );
});

Deno.test("a body that breaks off is refused with 400", async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(BODY));
      controller.error(new Error("connection reset"));
    },
  });
  await refuses(
    PREDICT,
    post(body),
    400,
    "Cannot read the body to its end: connection reset",
  );
});

Deno.test("a body packed in a way that we don't know is refused with 415", async () => {
  for (const encoding of ["br", "gzip, gzip", "__proto__"]) {
    const headers = await refuses(
      PREDICT,
      post(BODY, { "content-encoding": encoding }),
      415,
      `Cannot read a body with content-encoding "${encoding}": send it as gzip, as deflate or plain`,
    );
    assert.equal(headers.get("accept-encoding"), "gzip, deflate");
  }
});

Deno.test("a body above the limit is refused with 413, whatever its content-length says", async () => {
  const message = "Cannot take a body of more than 100 bytes: send fewer pictures at a time";
  const limit = { maxBodyBytes: 100 };
  await refuses(PREDICT, post(BODY, { "content-length": "101" }), 413, message, limit);
  await refuses(PREDICT, post(" ".repeat(101)), 413, message, limit);
  await refuses(PREDICT, post(" ".repeat(101), { "content-length": "5" }), 413, message, limit);
  assert.equal((await ask(PREDICT, post(BODY.padEnd(100)), limit)).status, 200);
});

Deno.test("a body without end is not read further than the limit", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000).fill(0x20));
    },
  });
  await refuses(PREDICT, post(body), 413, /^Cannot take a body of more than 10.0 kB/, {
    maxBodyBytes: 10_000,
  });
  assert(pulled < 20, `${pulled} chunks were read`);
});

Deno.test("what the server doesn't have is refused with 404", async () => {
  await refuses(
    "/v1/models/no",
    {},
    404,
    'Cannot find model "no": GET /v1/models lists them',
  );
  await refuses("/v1/models/no:predict", post(BODY), 404, /^Cannot find model "no": /);
  await refuses("/v1/models/:predict", post(BODY), 404, /^Cannot find /);
  await refuses("/v1/models/sum:explain", {}, 404, /^Cannot find model "sum:explain": /);
  await refuses(
    "/v1/models/..%2f..%2fetc:predict",
    post(BODY),
    404,
    /^Cannot find model "..\/..\/etc"/,
  );
  await refuses("/v1/models/%ff:predict", post(BODY), 404, /^Cannot find model /);
  await refuses("/v1/models/sum/versions/1", {}, 404, /^Cannot find "\/v1\/models\/sum\/versions/);
  await refuses(
    "/favicon.ico",
    {},
    404,
    'Cannot find "/favicon.ico": models are under /v1/models and /v2/models',
  );
  await refuses(`/${"x".repeat(5000)}`, {}, 404, /^Cannot find "\/x{99}": /);
  await refuses("/v1/models/__proto__", {}, 404, /^Cannot find model "__proto__": /);
});

Deno.test("another method than those of a path is refused with 405 and those it allows", async () => {
  const allowed = async (path: string, method: string) =>
    (await refuses(path, { method }, 405, /^Cannot [A-Z]+ \/.*: use /)).get("allow");
  assert.equal(await allowed("/", "POST"), "GET, HEAD");
  assert.equal(await allowed("/v1/models", "DELETE"), "GET, HEAD");
  assert.equal(await allowed("/v1/models/sum", "POST"), "GET, HEAD");
  assert.equal(await allowed(PREDICT, "GET"), "POST");
  assert.equal(await allowed(PREDICT, "OPTIONS"), "POST");
});

Deno.test("HEAD answers as GET does, without a body", async () => {
  const handler = createHandler({ models: [sumPredictor()] });
  const response = await handler(new Request("http://localhost/v1/models/sum", { method: "HEAD" }));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

Deno.test("an unexpected failure is told to onError, and to the client only that there was one", async () => {
  for (const failure of [new Error("secret in /etc/passwd"), "secret, and no Error"]) {
    const told: unknown[] = [];
    const models = [sumPredictor({ predict: () => Promise.reject(failure) })];
    await refuses(PREDICT, post(BODY), 500, "The server failed; its log says why", {
      models,
      onError: (error) => told.push(error),
    });
    assert.deepEqual(told, [failure]);
  }
});

Deno.test("a DataError of the model is the server's failure, not the client's", async () => {
  const models = [sumPredictor({ predict: () => Promise.reject(new DataError("broken model")) })];
  await refuses(PREDICT, post(BODY), 500, /^The server failed/, { models, onError: () => {} });
});

Deno.test("createHandler() refuses names that can't be in a path, and two of one name", () => {
  for (const name of ["", "a/b", "a:predict", "..", "a b", "ä"]) {
    assert.throws(() => createHandler({ models: [sumPredictor({ name })] }), {
      name: "RangeError",
      message: `Cannot serve a model as ${
        JSON.stringify(name)
      }: a name is letters, digits, ".", "_" and "-"`,
    });
  }
  assert.throws(
    () => createHandler({ models: [sumPredictor(), sumPredictor()] }),
    new RangeError('Cannot serve two models as "sum"'),
  );
});
