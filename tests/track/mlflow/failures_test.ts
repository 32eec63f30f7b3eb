import assert from "node:assert/strict";
import { fakeHost } from "../../base/fake_host.ts";
import { type MlflowAuth, MlflowClient, MlflowError } from "../../../lib/track/mlflow/mod.ts";
import { refusal, Reply, type Route, routesServer } from "./routes_server.ts";

const SECRET = "s3cret-t0ken";
const BASIC: MlflowAuth = { kind: "basic", username: "ada", password: SECRET };
const BEARER: MlflowAuth = { kind: "bearer", token: SECRET };
const NONE: MlflowAuth = { kind: "none" };

async function failureOf(promise: Promise<unknown>): Promise<MlflowError> {
  const error = await promise.then(() => assert.fail("it should have failed"), (e: unknown) => e);
  if (!(error instanceof MlflowError)) throw error;
  return error;
}

/** What a client says of a server that answers so, without the server's address. */
async function complaint(route: Route, auth: MlflowAuth = NONE): Promise<MlflowError> {
  await using server = await routesServer({ "GET experiments/get": route }, { auth });
  const error = await failureOf(server.client.experiments.get("7"));
  const beginning = `Cannot call experiments/get of MLflow at ${server.client.url}: `;
  assert(error.message.startsWith(beginning), error.message);
  assert(!Deno.inspect(error, { depth: 9 }).includes(SECRET), Deno.inspect(error));
  return new MlflowError(error.message.slice(beginning.length), error);
}

const WEB_PAGE = "<!doctype html><html><title>Sign in</title></html>";

for (
  const [name, reply, auth, message, code] of [
    [
      "no login where one is wanted",
      new Reply(401, "Authentication required"),
      NONE,
      "the server wants a login: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or " +
      "MLFLOW_TRACKING_TOKEN",
      "NOT_MLFLOW",
    ],
    [
      "a wrong password",
      new Reply(401, `no such login: ada ${SECRET}`),
      BASIC,
      "the server does not accept the login: check MLFLOW_TRACKING_USERNAME and " +
      "MLFLOW_TRACKING_PASSWORD",
      "NOT_MLFLOW",
    ],
    [
      "an expired token",
      refusal(401, "UNAUTHENTICATED", `token ${SECRET} expired`),
      BEARER,
      "the server does not accept the token, which may have expired: renew " +
      "MLFLOW_TRACKING_TOKEN (token … expired)",
      "UNAUTHENTICATED",
    ],
    [
      "a missing right",
      refusal(403, "PERMISSION_DENIED", "Permission denied"),
      BASIC,
      "the login may not do this: get the permission for it, or use another login " +
      "(Permission denied)",
      "PERMISSION_DENIED",
    ],
    [
      "a server that refuses the host name",
      new Reply(403, "Invalid Host header - possible DNS rebinding attack detected"),
      NONE,
      "the server does not answer to this host name: start it with --allowed-hosts, or use " +
      "another name in MLFLOW_TRACKING_URI",
      "NOT_MLFLOW",
    ],
    [
      "a server that is no MLflow",
      new Reply(404, WEB_PAGE),
      NONE,
      "there is no such MLflow call there: check the host, port and path of " +
      "MLFLOW_TRACKING_URI, and the server's version",
      "NOT_MLFLOW",
    ],
    [
      "a proxy's login page",
      new Reply(200, WEB_PAGE),
      NONE,
      "the answer is a web page, maybe a proxy's login: check the host, port and path of " +
      "MLFLOW_TRACKING_URI",
      "NOT_MLFLOW",
    ],
    [
      "text instead of JSON",
      new Reply(200, "OK"),
      NONE,
      "the answer is not MLflow's: check the host, port and path of MLFLOW_TRACKING_URI",
      "NOT_MLFLOW",
    ],
    [
      "plain HTTP to a TLS port behind nginx",
      new Reply(400, "<html><h1>400</h1>The plain HTTP request was sent to HTTPS port</html>"),
      NONE,
      "the server speaks TLS: write https:// in MLFLOW_TRACKING_URI",
      "NOT_MLFLOW",
    ],
    [
      "a wrong parameter",
      refusal(400, "INVALID_PARAMETER_VALUE", `It is not\n  an id ${SECRET}`),
      BASIC,
      "It is not an id … (INVALID_PARAMETER_VALUE)",
      "INVALID_PARAMETER_VALUE",
    ],
    [
      "a failing server",
      refusal(500, "INTERNAL_ERROR", ""),
      NONE,
      "it gives no reason (INTERNAL_ERROR)",
      "INTERNAL_ERROR",
    ],
    [
      "a server without artifacts",
      new Reply(503, '{"detail":"Artifact serving is disabled."}'),
      NONE,
      "Artifact serving is disabled.",
      "NOT_MLFLOW",
    ],
    [
      "a failing proxy",
      new Reply(502, WEB_PAGE),
      NONE,
      "the server answered 502 Bad Gateway",
      "NOT_MLFLOW",
    ],
  ] as const
) {
  Deno.test(`MlflowClient says what to do about ${name}`, async () => {
    const error = await complaint(() => reply, auth);
    assert.equal(error.message, message);
    assert.equal(error.code, code);
  });
}

Deno.test("MlflowClient names the place in an answer that does not fit", async () => {
  const experiment = { experiment_id: "7", name: "a", tags: [{ key: "k" }, { key: 5 }] };
  await using server = await routesServer({ "GET experiments/get": () => ({ experiment }) });
  const error = await failureOf(server.client.experiments.get("7"));
  assert.equal(
    error.message,
    `Cannot call experiments/get of MLflow at ${server.client.url}: in its answer, ` +
      "experiment.tags.1.key must be string, got 5",
  );
  assert.equal(error.code, "NOT_MLFLOW");
});

Deno.test("MlflowClient cuts a message that goes on and on", async () => {
  const error = await complaint(() => refusal(400, "BAD_REQUEST", "x".repeat(5_000)));
  assert.equal(error.message, `${"x".repeat(500)}… (BAD_REQUEST)`);
});

for (
  const [cause, message] of [
    [
      "client error (Connect): dns error: failed to lookup address information",
      "there is no host mlflow.example: check MLFLOW_TRACKING_URI and the network",
    ],
    [
      "client error (Connect): tcp connect error: Connection refused (os error 111)",
      "nothing listens there: start the server, or check MLFLOW_TRACKING_URI",
    ],
    [
      "client error (Connect): received corrupt message of type InvalidContentType",
      "the server does not speak TLS: write http:// in MLFLOW_TRACKING_URI",
    ],
    [
      "client error (SendRequest): invalid HTTP version parsed",
      "the server does not speak plain HTTP: write https:// in MLFLOW_TRACKING_URI",
    ],
    [
      "client error (Connect): invalid peer certificate: UnknownIssuer",
      "its certificate is not accepted (UnknownIssuer): check the host name, or name its " +
      "authority's file in DENO_CERT",
    ],
    [
      "client error (Connect): network is unreachable",
      "network is unreachable",
    ],
  ] as const
) {
  Deno.test(`MlflowClient explains "${cause.slice(cause.indexOf(":") + 2)}"`, async () => {
    const url = "https://mlflow.example:5000";
    const text = `error sending request for url (${url}/x): ${cause}`;
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: new Error(text) }));
    await using host = await fakeHost({ fetch });
    const client = new MlflowClient({
      trackingUri: `https://u:${SECRET}@mlflow.example:5000`,
      host,
    });
    const error = await failureOf(client.runs.get("1"));
    assert.equal(error.message, `Cannot call runs/get of MLflow at ${url}: ${message}`);
    assert.equal(error.code, "NO_ANSWER");
    assert.equal(error.status, null);
    assert.equal(error.retryable, true);
    assert(!Deno.inspect(error).includes(SECRET));
  });
}

Deno.test("MlflowClient tells a TLS mismatch from Deno's own errors", async () => {
  await using server = await routesServer({});
  const trackingUri = server.url.replace("http:", "https:");
  const wrong = new MlflowClient({ trackingUri, attempts: 1 });
  const error = await failureOf(wrong.experiments.get("0"));
  assert.match(
    error.message,
    /the server does not speak TLS: write http:\/\/ in MLFLOW_TRACKING_URI$/,
  );
});

Deno.test("MlflowClient tells a server that speaks only TLS from Deno's own errors", async () => {
  const ALERT = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 0x46); // what TLS servers answer to plain HTTP
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answered = listener.accept().then(async (connection) => {
    await connection.read(new Uint8Array(10_000));
    await connection.write(ALERT);
    connection.close();
  });
  const trackingUri = `http://127.0.0.1:${listener.addr.port}`;
  const client = new MlflowClient({ trackingUri, attempts: 1 });
  const error = await failureOf(client.experiments.get("0"));
  await answered;
  assert.match(
    error.message,
    /does not speak plain HTTP: write https:\/\/ in MLFLOW_TRACKING_URI$/,
  );
});

Deno.test("MlflowClient says when the server takes too long", async () => {
  await using host = await fakeHost({ fetch: neverAnswers });
  const trackingUri = "http://mlflow.example";
  const client = new MlflowClient({ trackingUri, host, timeoutMs: 3_000, attempts: 1 });
  const failure = failureOf(client.experiments.get("0"));
  await host.expire(3_000);
  assert.match((await failure).message, /: no answer within 3 s$/);
  assert.equal((await failure).retryable, true);
});

function neverAnswers(_url: string | URL, { signal }: RequestInit = {}): Promise<Response> {
  return new Promise((_, reject) => {
    if (signal!.aborted) reject(signal!.reason);
    signal!.addEventListener("abort", () => reject(signal!.reason));
  });
}

Deno.test("MlflowClient rejects with the signal's reason when given up", async () => {
  await using host = await fakeHost({ fetch: neverAnswers });
  const client = new MlflowClient({ trackingUri: "http://mlflow.example", host });
  const stop = new AbortController();
  const asked = client.runs.get("1", { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assert.rejects(asked, /^Error: enough$/);
});
