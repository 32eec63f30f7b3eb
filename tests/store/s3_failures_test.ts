/** What people are told when S3 can't be used: one sentence, with what to do, and no secret. */
import { ok, strictEqual } from "node:assert/strict";
import { UnavailableError, UsageError } from "../../lib/base/errors.ts";
import { s3Store } from "../../lib/store/s3_store.ts";
import { type Answer, answerWith, testServer } from "../base/test_server.ts";
import { fakeS3, s3Error } from "./fake_s3.ts";
import { s3Host } from "./s3_host.ts";

const secrets = {
  accessKey: "an-access-key",
  secretKey: "a-secret-key",
  sessionToken: "a-session-token",
};
const html = { "content-type": "text/html" };
const tells = [secrets.secretKey, secrets.sessionToken].join(" "); // a server might repeat them

const cases: [
  what: string,
  answer: Answer,
  kind: typeof UsageError | typeof UnavailableError,
  reason: RegExp,
  waits?: boolean,
][] = [
  ["a wrong access key", s3Error(403, "InvalidAccessKeyId"), UsageError, /check MINIO_ACCESS_KEY$/],
  ["a wrong secret", s3Error(403, "SignatureDoesNotMatch"), UsageError, /check MINIO_SECRET_KEY$/],
  ["a missing right", s3Error(403, "AccessDenied"), UsageError, /lacks a right: give it s3:List/],
  ["an expired token", s3Error(400, "ExpiredToken"), UsageError, /has expired: get new/],
  ["a false token", s3Error(403, "InvalidTokenId"), UsageError, /is not valid: get new/],
  ["a wrong clock", s3Error(403, "RequestTimeTooSkewed"), UnavailableError, /set the clock$/],
  ["a name it refuses", s3Error(400, "InvalidBucketName"), UsageError, /MINIO_BUCKET/],
  [
    "another region",
    s3Error(400, "AuthorizationHeaderMalformed", "<Region>eu-west-7</Region>"),
    UsageError,
    /in the region eu-west-7: set MINIO_REGION to it$/,
  ],
  ["a redirection", answerWith(301), UsageError, /set MINIO_REGION to the bucket's/],
  ["a full disk", s3Error(507, "XMinioStorageFull"), UnavailableError, /disk is full: free some/],
  ["a quota", s3Error(400, "XMinioAdminBucketQuotaExceeded"), UnavailableError, /used up: free/],
  ["no conditional writes", s3Error(501, "NotImplemented"), UsageError, /If-None-Match/],
  ["a web page", answerWith(200, "<html>", html), UsageError, /no S3 server .*MINIO_ENDPOINT$/],
  ["a missing page", answerWith(404, "not found"), UsageError, /no S3 server .*MINIO_ENDPOINT$/],
  ["a code of its own", s3Error(418, "Teapot"), UnavailableError, /Teapot: Words about Teapot/],
  ["its secrets", s3Error(418, "T", `<Detail>${tells}</Detail>`), UnavailableError, /answers T/],
  [
    "plain HTTP being refused",
    answerWith(400, "Client sent an HTTP request to an HTTPS server.\n"),
    UsageError,
    /nothing but TLS: give the endpoint as https:/,
  ],
  ["overload", s3Error(503, "SlowDown"), UnavailableError, /answers SlowDown/, true],
  ["an error of its own", s3Error(500, "InternalError"), UnavailableError, /InternalError/, true],
  ["a gateway's page", answerWith(502, "<html>", html), UnavailableError, /not well/, true],
];
for (const [what, answer, kind, reason, waits = false] of cases) {
  Deno.test(`s3Store() says what to do when a server answers with ${what}`, async () => {
    await using server = await testServer(answer);
    const host = s3Host();
    const said: string[] = [];
    const notice = (sentence: string) => said.push(sentence);
    const store = s3Store({
      endpoint: server.url,
      ...secrets,
      region: "us-east-1",
      bucket: "digits",
      host,
      notice,
    });
    const error = await store.put("a", { "": new Uint8Array(1) }).catch((error) => error);
    ok(error instanceof kind, String(error));
    ok(reason.test(error.message), error.message);
    ok(
      error.message.startsWith(
        `Cannot store artifacts in s3://digits at ${server.url.slice(0, -1)} as `,
      ),
    );
    strictEqual(host.pauses.length > 5, waits);
    strictEqual(said.length, waits ? 1 : 0);
    for (const secret of Object.values(secrets)) {
      ok(!Deno.inspect(error).includes(secret), `it tells ${secret}`);
      ok(!said.join().includes(secret));
    }
  });
}

Deno.test("s3Store() says that there is no server", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr as Deno.NetAddr;
  free.close();
  const endpoint = `http://127.0.0.1:${port}`;
  const store = s3Store({ endpoint, ...secrets, bucket: "digits", host: s3Host() });
  const error = await store.info("s3://digits/a").catch((error) => error);
  ok(error instanceof UnavailableError);
  ok(/does not answer .*: start it, or check MINIO_ENDPOINT$/.test(error.message));
});

Deno.test("s3Store() says that a server does not speak TLS", async () => {
  await using s3 = await fakeS3();
  const endpoint = s3.url.replace("http:", "https:");
  const host = s3Host();
  const store = s3Store({ endpoint, ...secrets, bucket: "digits", host });
  const error = await store.info("s3://digits/a").catch((error) => error);
  ok(error instanceof UsageError);
  ok(error.message.endsWith(`does not speak TLS: give the endpoint as ${s3.url}`), error.message);
  strictEqual(host.pauses.length, 0);
});

Deno.test("s3Store() says that the bucket is missing and may not be made", async () => {
  await using s3 = await fakeS3();
  s3.before = (asked) => asked === "PUT digits" ? s3Error(403, "AccessDenied") : undefined;
  const store = s3Store({ endpoint: s3.url, ...secrets, bucket: "digits", host: s3Host() });
  const error = await store.put("a", { "": new Uint8Array(1) }).catch((error) => error);
  ok(error instanceof UsageError);
  ok(/no such bucket, and the access key may not make it: make it/.test(error.message));
});
