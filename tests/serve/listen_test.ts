import assert from "node:assert/strict";
import { BusyError, UnavailableError } from "../../lib/base/errors.ts";
import { connect } from "../../lib/serve/client.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { listen } from "../../lib/serve/listen.ts";
import { sumPredictor } from "./fake_predictor.ts";

const handler = createHandler({ models: [sumPredictor()] });

Deno.test("listen() answers clients over HTTP until it is disposed of", async () => {
  let url: string;
  {
    await using server = listen(handler, { port: 0 });
    url = server.url;
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const client = connect(url, { model: "sum", fetch });
    const [prediction] = await client.predict([Uint8Array.of(1, 2, 3, 4, 5, 6)]);
    assert.equal(prediction!.label, "1");
    assert.deepEqual(await (await fetch(url)).json(), { status: "alive" });
  }
  await assert.rejects(
    connect(url, { model: "sum", fetch }).predict([new Uint8Array(6)]),
    UnavailableError,
  );
});

Deno.test("listen() refuses a body of 20 MB with 413 and goes on", async () => {
  await using server = listen(handler, { port: 0 });
  const url = `${server.url}/v1/models/sum:predict`;
  const refused = await fetch(url, { method: "POST", body: new Uint8Array(20 << 20) });
  assert.equal(refused.status, 413);
  await refused.body?.cancel();
  assert.deepEqual(await (await fetch(server.url)).json(), { status: "alive" });
});

Deno.test("listen() names a port in use and says what to do", async () => {
  await using server = listen(handler, { port: 0 });
  const port = Number(new URL(server.url).port);
  assert.throws(() => listen(handler, { port }), (error) => {
    assert(error instanceof BusyError);
    assert.equal(
      error.message,
      `Cannot listen on port ${port} of 127.0.0.1 as another program does: ` +
        "stop it, or choose another port with --port",
    );
    return true;
  });
});

Deno.test("listen() refuses an address that isn't this machine's, and a port that is none", () => {
  assert.throws(
    () => listen(handler, { hostname: "192.0.2.1", port: 0 }),
    (error) =>
      error instanceof UnavailableError &&
      /^Cannot listen on port 0 of 192\.0\.2\.1: /.test(error.message),
  );
  assert.throws(() => listen(handler, { port: 70_000 }), RangeError);
});

Deno.test("listen() answers what it has taken when aborted, and takes no more", async () => {
  const started = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const stop = new AbortController();
  const server = listen(() => {
    started.resolve();
    return answer.promise;
  }, { port: 0, signal: stop.signal });
  const response = fetch(server.url);
  await started.promise;
  stop.abort();
  await assert.rejects(fetch(server.url), TypeError);
  answer.resolve(new Response("late, but here"));
  assert.equal(await (await response).text(), "late, but here");
  await server.finished;
});

Deno.test("listen() waits for an answer no longer than drainMs", async () => {
  const started = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const stop = new AbortController();
  const server = listen(() => {
    started.resolve();
    return answer.promise;
  }, { port: 0, signal: stop.signal, drainMs: 1 });
  const response = fetch(server.url);
  await started.promise;
  stop.abort();
  await server.finished;
  answer.resolve(new Response());
  await (await response).text();
  await server[Symbol.asyncDispose]();
});

Deno.test("listen() does not start when its signal is aborted already", () => {
  const reason = new Error("too late");
  assert.throws(() => listen(handler, { port: 0, signal: AbortSignal.abort(reason) }), reason);
});

Deno.test("listen() goes on taking requests for lingerMs, and closes their connections", async () => {
  const stop = new AbortController();
  const server = listen(() => Promise.resolve(new Response("here")), {
    port: 0,
    signal: stop.signal,
    lingerMs: 100,
  });
  const before = await fetch(server.url);
  assert.equal(before.headers.get("connection"), null);
  await before.body?.cancel();
  stop.abort();
  const after = await fetch(server.url);
  assert.equal(after.headers.get("connection"), "close");
  assert.equal(await after.text(), "here");
  await server.finished;
  await assert.rejects(fetch(server.url), TypeError);
});
