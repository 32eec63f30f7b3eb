import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { connect, type Fetch } from "../../lib/serve/client.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { fakeHost } from "../base/fake_host.ts";
import { sumClass, sumPredictor } from "./fake_predictor.ts";

const PICTURE = Uint8Array.of(1, 2, 3, 4, 5, 6);

function answering(body: unknown, status = 200): Fetch {
  return () => Promise.resolve(Response.json(body, { status }));
}

async function refuses(
  fetch: Fetch,
  type: typeof DataError,
  message: string,
  protocol: "auto" | "v1" = "v1",
): Promise<void> {
  const client = connect("http://x", { model: "m", fetch, protocol });
  await assert.rejects(client.predict([PICTURE]), (error) => {
    assert(error instanceof type);
    assert.equal(error.message, message);
    return true;
  });
}

Deno.test("connect() predicts with a handler in this process", async () => {
  const client = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  const predictions = await client.predict([PICTURE, Uint8Array.of(0, 0, 0, 0, 0, 255)]);
  assert.deepEqual(predictions.map(({ label }) => label), ["1", "5"]);
  assert.deepEqual(predictions[0]!.probabilities, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(await client.predict([]), []);
});

Deno.test("connect() sends bytes so that the server takes them for bytes, even if none is above 1", async () => {
  const client = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  for (const picture of [[0, 1, 1, 0, 1, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2]]) {
    const [prediction] = await client.predict([Uint8Array.from(picture)]);
    assert.equal(prediction!.class, sumClass(picture));
  }
});

Deno.test("connect() sends floats, and bytes beside floats", async () => {
  const client = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  const floats = Float32Array.of(1 / 255, 0, 0, 0, 0, 200 / 255);
  const predictions = await client.predict([floats, PICTURE]);
  assert.deepEqual(predictions.map((prediction) => prediction.class), [1, 1]);
});

Deno.test("connect() splits many pictures into requests within the server's bounds", async () => {
  const handler = createHandler({ models: [sumPredictor()] });
  let requests = 0;
  const client = connect((request) => {
    requests++;
    return handler(request);
  }, { model: "sum", protocol: "v1" });
  const images = Array.from({ length: 17_000 }, (_, i) => Uint8Array.of(255, i % 251, 0, 0, 0, 0));
  const predictions = await client.predict(images);
  assert.equal(requests, 2);
  assert.deepEqual(predictions.map((p) => p.class), images.map(sumClass));
});

Deno.test("connect() asks below the path of the address it was given, for the escaped name", async () => {
  const urls: string[] = [];
  const fetch: Fetch = (url) => {
    urls.push(url);
    return answering({ predictions: [] })("", {});
  };
  for (const url of ["http://host:1/a/b", "http://host:1/a/b/", new URL("http://host:1/a/b")]) {
    await connect(url, { model: "m/x", fetch, protocol: "v1" }).predict([PICTURE]).catch(() => {});
    await connect(url, { model: "m/x", version: "1/2", fetch }).predict([PICTURE]).catch(() => {});
  }
  assert.deepEqual([...new Set(urls)], [
    "http://host:1/a/b/v1/models/m%2Fx:predict",
    "http://host:1/a/b/v2/models/m%2Fx/versions/1%2F2",
    "http://host:1/a/b/v2/health/live",
  ]);
});

Deno.test("connect() tells a refusal from a failure of the server", async () => {
  await refuses(
    answering({ error: "Cannot find model" }, 404),
    DataError,
    "Cannot ask http://x/v1/models/m:predict: status 404, Cannot find model",
  );
  await refuses(
    () => Promise.resolve(new Response("<html>Not here</html>", { status: 404 })),
    DataError,
    "Cannot ask http://x/v1/models/m:predict: status 404, and no reason given",
  );
  await refuses(
    answering({ error: "The server failed" }, 500),
    UnavailableError,
    'Cannot POST http://x/v1/models/m:predict: the server answered 500: {"error":"The server failed"}',
  );
  await refuses(
    () => Promise.resolve(new Response("<html>Bad gateway</html>", { status: 502 })),
    UnavailableError,
    "Cannot POST http://x/v1/models/m:predict: the server answered 502",
  );
  await refuses(
    () => Promise.reject(new TypeError("connection refused")),
    UnavailableError,
    "Cannot POST http://x/v1/models/m:predict: connection refused",
  );
});

Deno.test("connect() refuses an answer that is not one prediction a picture", async () => {
  const cannot = "Cannot read the answer of http://x/v1/models/m:predict: at ";
  const prediction = { label: "7", class: 7, probabilities: [1] };
  await refuses(
    answering({ predictions: [{ ...prediction, class: 1.5 }] }),
    DataError,
    cannot + "predictions.0.class, Invalid integer: Received 1.5",
  );
  await refuses(
    answering({ predictions: [{ ...prediction, probabilities: [null] }] }),
    DataError,
    cannot + "predictions.0.probabilities.0, Invalid type: Expected number but received null",
  );
  await refuses(
    () => Promise.resolve(new Response("<html>")),
    DataError,
    cannot + "the body, Invalid type: Expected Object but received undefined",
  );
  await refuses(
    answering({ predictions: [prediction, prediction] }),
    DataError,
    "Cannot use the answer of http://x/v1/models/m:predict: it has 2 predictions for 1 pictures",
  );
});

Deno.test("connect() takes probabilities without names, as other V1 servers answer", async () => {
  const fetch = answering({ predictions: [[0.1, 0.7, 0.2]] });
  const client = connect("http://x", { model: "m", fetch, protocol: "v1" });
  assert.deepEqual(await client.predict([PICTURE]), [
    { label: "1", class: 1, probabilities: [0.1, 0.7, 0.2] },
  ]);
});

Deno.test("connect() with a host tries again when the server is busy, as late as that asks for", async () => {
  const statuses = [503, 502, 200];
  let requests = 0;
  await using host = await fakeHost({
    fetch: () => {
      const status = statuses[requests++]!;
      const headers = { "retry-after": "7" };
      return Promise.resolve(
        status === 503
          ? Response.json({ error: "full" }, { status, headers })
          : Response.json({ predictions: [[0, 1]] }, { status }),
      );
    },
  });
  const client = connect("http://x", { model: "m", host, protocol: "v1" });
  assert.equal((await client.predict([PICTURE]))[0]!.class, 1);
  assert.equal(requests, 3);
  assert.equal(host.waits[0], 7_000);

  statuses[0] = 500;
  requests = 0;
  await assert.rejects(client.predict([PICTURE]), { name: "HttpError", status: 500 });
  assert.equal(requests, 1);

  statuses[0] = 503;
  requests = 0;
  const once = connect("http://x", { model: "m", host, protocol: "v1", attempts: 1 });
  await assert.rejects(once.predict([PICTURE]), { name: "HttpError", status: 503 });
  assert.equal(requests, 1);
});

Deno.test("connect() with a host gives an answer so much time", async () => {
  await using host = await fakeHost({
    fetch: (_, { signal } = {}) =>
      new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason))),
  });
  const client = connect("http://x", { model: "m", host, timeoutMs: 3_000, attempts: 1 });
  const predicting = client.predict([PICTURE]);
  const rejection = assert.rejects(predicting, { name: "HttpError", message: /within 3 s/ });
  await host.expire(3_000);
  await rejection;
});

Deno.test("connect() sends the token, and tells it to nobody", async () => {
  const sent: (string | null)[] = [];
  const fetch: Fetch = (_, { headers }) => {
    sent.push(new Headers(headers).get("authorization"));
    return Promise.resolve(new Response("open-sesame is wrong", { status: 401 }));
  };
  const client = connect("http://x", { model: "m", fetch, token: "open-sesame" });
  await assert.rejects(client.predict([PICTURE]), (error: Error) => {
    assert.doesNotMatch(error.message, /sesame/);
    return error instanceof UnavailableError;
  });
  assert.deepEqual(sent, ["Bearer open-sesame"]);
});

Deno.test("ready() is whether the model answers now", async () => {
  const of = (...answers: readonly Response[]) => {
    const left = [...answers];
    const fetch = () => Promise.resolve(left.shift()!);
    return connect("http://x", { model: "m", fetch }).ready();
  };
  const none = () => Response.json({ error: "no" }, { status: 404 });
  assert.equal(await of(Response.json({ name: "m", ready: true })), true);
  assert.equal(await of(new Response(null)), true);
  assert.equal(await of(Response.json({ ready: false })), false);
  assert.equal(await of(Response.json({ error: "warming up" }, { status: 503 })), false);
  assert.equal(await of(none(), Response.json({ name: "m", ready: true })), true);
  assert.equal(await of(none(), none()), false);
  const gone = () => Promise.reject(new TypeError("connection refused"));
  assert.equal(await connect("http://x", { model: "m", fetch: gone }).ready(), false);
});

Deno.test("models() names each model once, whatever the server speaks", async () => {
  const index = [{ name: "a", version: "1" }, { name: "a", version: "2" }, { name: "b" }];
  const v2 = connect("http://x", { model: "a", fetch: answering(index) });
  assert.deepEqual(await v2.models(), ["a", "b"]);
  const v1 = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  assert.deepEqual(await v1.models(), ["sum"]);
});

Deno.test("predict() rejects with the signal's reason when it is aborted", async () => {
  const client = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  const reason = new Error("enough");
  await assert.rejects(client.predict([PICTURE], { signal: AbortSignal.abort(reason) }), reason);
});
