import assert from "node:assert/strict";
import { fetchHttp } from "../../lib/base/http.ts";
import { HttpError } from "../../lib/base/http_error.ts";
import { openHttp } from "../../lib/base/open_http.ts";
import { fakeHost } from "./fake_host.ts";
import { type Answer, answerWith, inTurn, testServer } from "./test_server.ts";

async function failureOf(promise: Promise<unknown>): Promise<HttpError> {
  const error = await promise.then(() => assert.fail("it should have failed"), (e: unknown) => e);
  if (!(error instanceof HttpError)) throw error;
  return error;
}

Deno.test("fetchHttp() gives the whole answer", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(200, '{"a":1}', { "x-extra": "yes" }));
  const response = await fetchHttp(server.url, { host });
  assert.equal(response.headers.get("x-extra"), "yes");
  assert.deepEqual(await response.json(), { a: 1 });
});

Deno.test("fetchHttp() gives an answer without a body", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(204));
  const response = await fetchHttp(server.url, { host, method: "DELETE" });
  assert.equal(response.status, 204);
  assert.equal(await response.text(), "");
});

Deno.test("fetchHttp() tries again, waiting longer each time, until the server answers", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    answerWith(500),
    answerWith(503),
    answerWith(502),
    answerWith(200, "ok"),
  ));
  assert.equal(await (await fetchHttp(server.url, { host })).text(), "ok");
  assert.deepEqual(host.waits, [250, 500, 1000]);
});

Deno.test("fetchHttp() gives up after as many attempts as it may make", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(503, "come back\nlater"));
  const error = await failureOf(fetchHttp(server.url, { host, attempts: 2 }));
  assert.equal(
    error.message,
    `Cannot GET ${server.url}: the server answered 503 Service Unavailable: come back`,
  );
  assert.equal(error.body, "come back\nlater");
  assert.equal(server.asked.length, 2);
});

Deno.test("fetchHttp() does not repeat a POST unless told to", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(answerWith(500), answerWith(200, "ok")));
  const options = { host, method: "POST", body: "x" };
  await failureOf(fetchHttp(server.url, options));
  assert.equal(server.asked.length, 1);
  assert.equal((await fetchHttp(server.url, { ...options, attempts: 2 })).status, 200);
});

Deno.test("fetchHttp() sends a request once, even where fetch would repeat it by itself", async () => {
  await using host = await fakeHost();
  const breaks: Answer = (_request, response) => void response.destroy();
  await using server = await testServer(inTurn(answerWith(200, "kept"), breaks));
  await fetchHttp(server.url, { host }); // leaves a connection that the next request may use
  const failure = failureOf(fetchHttp(server.url, { host, method: "POST", body: "x", once: true }));
  assert.match((await failure).message, /connection closed/);
  assert.equal(server.asked.length, 2);
});

Deno.test("fetchHttp() opens a streamed body anew for every attempt", async () => {
  await using host = await fakeHost();
  const bodies: string[] = [];
  const read: Answer = (request, response) => {
    let text = "";
    request.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    request.on("end", () => {
      bodies.push(text);
      response.writeHead(bodies.length === 1 ? 503 : 200).end();
    });
  };
  await using server = await testServer(read);
  const body = () => new Blob(["some ", "text"]).stream();
  await fetchHttp(server.url, { host, method: "PUT", body });
  assert.deepEqual(bodies, ["some text", "some text"]);
});

Deno.test("fetchHttp() does not repeat what the server refuses", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(404, "<html>nothing here</html>"));
  const error = await failureOf(fetchHttp(`${server.url}a/b`, { host }));
  assert.equal(error.message, `Cannot GET ${server.url}a/b: the server answered 404 Not Found`);
  assert.equal(error.status, 404);
  assert.equal(error.missing, true);
  assert.equal(server.asked.length, 1);
});

Deno.test("fetchHttp() waits as long as Retry-After asks, in seconds or as a date", async () => {
  await using host = await fakeHost();
  const date = new Date(host.now() + 27_000).toUTCString();
  await using server = await testServer(inTurn(
    answerWith(429, "", { "retry-after": "20" }),
    answerWith(503, "", { "retry-after": date }),
    answerWith(200, "ok"),
  ));
  assert.equal((await fetchHttp(server.url, { host })).status, 200);
  assert.deepEqual(host.waits, [20_000, 7_000]);
});

Deno.test("fetchHttp() gives up when Retry-After asks for more than a minute", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(429, "", { "retry-after": "3600" }));
  const error = await failureOf(fetchHttp(server.url, { host }));
  assert.match(error.message, /429 Too Many Requests \(it asks to wait 3600 s\)$/);
  assert.equal(error.retryAfterMs, 3_600_000);
  assert.deepEqual(host.waits, []);
});

Deno.test("fetchHttp() tries again when the connection breaks", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("only this", () => response.socket!.end());
    },
    answerWith(200, "all of it"),
  ));
  assert.equal(await (await fetchHttp(server.url, { host })).text(), "all of it");
});

Deno.test("fetchHttp() says when no server answers", async () => {
  await using host = await fakeHost();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  listener.close();
  const error = await failureOf(fetchHttp(url, { host }));
  assert.match(error.message, /^Cannot GET http:\/\/127\.0\.0\.1:\d+\/: .*refused/);
  assert.equal(error.status, null);
  assert.equal(host.waits.length, 3);
});

Deno.test("fetchHttp() says when the server does not begin to answer in time", async () => {
  await using host = await fakeHost();
  await using server = await testServer(() => {});
  const failure = failureOf(fetchHttp(server.url, { host, answerTimeoutMs: 3_000, attempts: 1 }));
  await host.expire(3_000);
  assert.equal((await failure).message, `Cannot GET ${server.url}: no answer within 3 s`);
  assert.equal((await failure).retryable, true);
});

Deno.test("fetchHttp() says when the answer stalls", async () => {
  await using host = await fakeHost();
  await using server = await testServer((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("a bit");
  });
  const failure = failureOf(
    fetchHttp(server.url, { host, answerTimeoutMs: 10_000, idleTimeoutMs: 3_000, attempts: 1 }),
  );
  await host.expire(3_000);
  assert.equal((await failure).message, `Cannot GET ${server.url}: nothing came for 3 s`);
});

Deno.test("fetchHttp() says when the whole takes too long", async () => {
  await using host = await fakeHost();
  await using server = await testServer((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("a bit");
  });
  const failure = failureOf(fetchHttp(server.url, { host, timeoutMs: 10_000, attempts: 1 }));
  await host.expire(10_000);
  assert.equal((await failure).message, `Cannot GET ${server.url}: not done within 10 s`);
});

Deno.test("fetchHttp() refuses an answer that is too long", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(200, "0123456789"));
  const error = await failureOf(fetchHttp(server.url, { host, maxBytes: 9 }));
  assert.match(error.message, /the answer is longer than 9 bytes$/);
  assert.equal((await fetchHttp(server.url, { host, maxBytes: 10 })).status, 200);
});

Deno.test("fetchHttp() stops with the signal's own reason", async () => {
  await using host = await fakeHost();
  const stop = new AbortController();
  const reason = new Error("the user pressed Ctrl-C");
  await using server = await testServer(() => stop.abort(reason));
  await assert.rejects(fetchHttp(server.url, { host, signal: stop.signal }), reason);
  await assert.rejects(fetchHttp(server.url, { host, signal: stop.signal }), reason);
});

Deno.test("fetchHttp() shows no password, query or token in an error", async () => {
  await using host = await fakeHost();
  await using server = await testServer((request, response) => {
    response.writeHead(400);
    response.end(`bad request ${request.url} ${request.headers.authorization}`);
  });
  const url = server.url.replace("//", "//anna:passw0rd@") + "x?signature=hidden1#fragment";
  const error = await failureOf(
    fetchHttp(url, { host, headers: { authorization: "Bearer t0ken" } }),
  );
  assert.equal(
    error.message,
    `Cannot GET ${server.url}x?…: the server answered 400 Bad Request: ` +
      "bad request /x?signature=… Bearer …",
  );
  assert.doesNotMatch(JSON.stringify(error) + error.stack, /passw0rd|hidden1|t0ken/);
});

Deno.test("fetchHttp() shows no secret when there is no connection, or no URL", async () => {
  await using host = await fakeHost();
  for (
    const url of ["http://anna:passw0rd@nowhere.invalid/?signature=hidden1", "anna:passw0rd@x/"]
  ) {
    const error = await failureOf(fetchHttp(url, { host, attempts: 1 }));
    assert.doesNotMatch(error.message + error.stack, /passw0rd|hidden1/);
  }
});

Deno.test("fetchHttp() uses the credentials of a URL", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(200));
  await fetchHttp(server.url.replace("//", "//anna:secret@"), { host });
  assert.equal(server.asked[0]!.headers.authorization, `Basic ${btoa("anna:secret")}`);
});

Deno.test("openHttp() follows a redirect and can be left unread", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    answerWith(302, "", { location: "/there" }),
    answerWith(200, "x".repeat(100_000)),
  ));
  const { chunks } = await openHttp(server.url, { host });
  for await (const chunk of chunks) {
    assert.equal(String.fromCharCode(chunk[0]!), "x");
    break;
  }
  assert.equal(server.asked[1]!.path, "/there");
});
