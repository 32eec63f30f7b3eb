import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { connect, type Fetch } from "../../lib/serve/client.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { sumClass, sumPredictor } from "./fake_predictor.ts";

const PICTURE = Uint8Array.of(1, 2, 3, 4, 5, 6);

function answering(body: unknown, status = 200): Fetch {
  return () => Promise.resolve(Response.json(body, { status }));
}

async function refuses(fetch: Fetch, type: typeof DataError, message: string): Promise<void> {
  await assert.rejects(connect("http://x", { model: "m", fetch }).predict([PICTURE]), (error) => {
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
  }, { model: "sum" });
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
    await connect(url, { model: "m/x", fetch }).predict([PICTURE]).catch(() => {});
  }
  assert.deepEqual(urls, Array(3).fill("http://host:1/a/b/v1/models/m%2Fx:predict"));
});

Deno.test("connect() tells a refusal from a failure of the server", async () => {
  await refuses(
    answering({ error: "Cannot find model" }, 404),
    DataError,
    "Cannot predict at http://x/v1/models/m:predict: status 404, Cannot find model",
  );
  await refuses(
    answering({ error: "The server failed" }, 500),
    UnavailableError,
    "Cannot predict at http://x/v1/models/m:predict: status 500, The server failed",
  );
  await refuses(
    () => Promise.resolve(new Response("<html>Bad gateway</html>", { status: 502 })),
    UnavailableError,
    "Cannot predict at http://x/v1/models/m:predict: status 502, and no reason given",
  );
  await refuses(
    () => Promise.reject(new TypeError("connection refused")),
    UnavailableError,
    "Cannot reach http://x/v1/models/m:predict: connection refused",
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

Deno.test("predict() rejects with the signal's reason when it is aborted", async () => {
  const client = connect(createHandler({ models: [sumPredictor()] }), { model: "sum" });
  const reason = new Error("enough");
  await assert.rejects(client.predict([PICTURE], { signal: AbortSignal.abort(reason) }), reason);
});
