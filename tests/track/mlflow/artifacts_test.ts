import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type http from "node:http";
import { DataError, UsageError } from "../../../lib/base/errors.ts";
import { type ArtifactContent, MlflowClient, MlflowError } from "../../../lib/track/mlflow/mod.ts";
import type { ArtifactTransfer, TransferSource } from "../../../lib/pipeline/artifact_transfer.ts";
import { type FakeHost, fakeHost } from "../../base/fake_host.ts";
import { type Answer, answerWith, cutAfter, inTurn, testServer } from "../../base/test_server.ts";
import { serveFiles } from "../../base/test_server.ts";

const ROOT = "mlflow-artifacts:/1/abc/artifacts";
const API = "api/2.0/mlflow-artifacts/artifacts";

function clientOf(url: string, host: FakeHost): MlflowClient {
  return new MlflowClient({ trackingUri: url, host });
}

function noise(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7919) >> 5);
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = Array.from({ length: 4 }, (_, i) => bytes.slice(i * 30_000, (i + 1) * 30_000));
  return ReadableStream.from(parts);
}

/** Keeps what is sent. */
function keepIn(bodies: Uint8Array[]): Answer {
  return (request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(new Uint8Array(chunks.flatMap((chunk) => [...chunk])));
      response.end("{}");
    });
  };
}

Deno.test("upload() sends any kind of content as it is", async () => {
  const bytes = noise(120_000);
  const contents: Readonly<Record<string, ArtifactContent>> = {
    text: "größe",
    bytes,
    blob: new Blob([bytes]),
    stream: streamOf(bytes),
    source: { size: 120_000, repeatable: true, open: () => streamOf(bytes) },
    nothing: "",
  };
  await using host = await fakeHost();
  const bodies: Uint8Array[] = [];
  await using server = await testServer(keepIn(bodies));
  for (const [name, content] of Object.entries(contents)) {
    await clientOf(server.url, host).artifacts.upload(ROOT, name, content);
  }
  const text = new TextEncoder().encode("größe");
  assert.deepEqual(bodies, [text, bytes, bytes, bytes, bytes, new Uint8Array()]);
  assert.deepEqual(server.asked[0], {
    ...server.asked[0],
    method: "PUT",
    path: `/${API}/1/abc/artifacts/text`,
  });
});

Deno.test("upload() encodes names, and finds roots with a host and last slashes", async () => {
  await using host = await fakeHost();
  await using server = await testServer(keepIn([]));
  const { artifacts } = clientOf(server.url, host);
  await artifacts.upload("mlflow-artifacts://other:5000/1/a/", "a b/ü+%&.txt", "x");
  await artifacts.upload("mlflow-artifacts:1/a", "x", "x");
  assert.deepEqual(server.asked.map(({ path }) => path), [
    `/${API}/1/a/a%20b/%C3%BC%2B%25%26.txt`,
    `/${API}/1/a/x`,
  ]);
});

Deno.test("upload() refuses paths that MLflow would take for others", async () => {
  await using host = await fakeHost();
  const { artifacts } = clientOf("http://mlflow.example", host);
  for (
    const path of ["", "a//b", "/a", "a/", "../a", "a/./b", "a#b", "a?b", "a%20b", "a\\b", "a\nb"]
  ) {
    await assert.rejects(artifacts.upload(ROOT, path, "x"), TypeError, path);
    await assert.rejects(artifacts.download(ROOT, path), TypeError, path);
  }
});

Deno.test("upload() sends again what can be read again", async () => {
  await using host = await fakeHost();
  const bodies: Uint8Array[] = [];
  const refuse = answerWith(503);
  await using server = await testServer(inTurn(refuse, keepIn(bodies)));
  const bytes = noise(120_000);
  await clientOf(server.url, host).artifacts.upload(ROOT, "a", bytes);
  assert.deepEqual(bodies, [bytes]);
  await using other = await testServer(refuse);
  const once = clientOf(other.url, host).artifacts.upload(ROOT, "a", streamOf(bytes));
  await assert.rejects(once, /the server answered 503/);
  assert.equal(other.asked.length, 1);
});

Deno.test("upload() rejects with the error of what it reads, and does not try again", async () => {
  await using host = await fakeHost();
  await using server = await testServer(keepIn([]));
  const open = () =>
    ReadableStream.from((function* () {
      yield noise(1000);
      throw new Error("the disk is gone");
    })());
  const content: TransferSource = { size: null, repeatable: true, open };
  const sent = clientOf(server.url, host).artifacts.upload(ROOT, "a", content);
  await assert.rejects(sent, /^Error: the disk is gone$/);
  assert.deepEqual(host.waits, []);
});

Deno.test("upload() gives up when the server no longer takes anything", async () => {
  await using host = await fakeHost();
  await using server = await testServer((request) => request.pause());
  const endless = ReadableStream.from((function* () {
    while (true) yield noise(100_000);
  })());
  const sent = clientOf(server.url, host).artifacts.upload(ROOT, "a", endless);
  const failure = assert.rejects(sent, /: nothing was taken for 30 s$/);
  await host.expire(30_000); // an answer that does not begin
  await failure;
});

Deno.test("download() gives the bytes, and resumes where the connection breaks", async () => {
  await using host = await fakeHost();
  const bytes = noise(100_000);
  const path = `${API}/1/abc/artifacts/a.bin`;
  const whole = serveFiles({ [path]: bytes });
  await using server = await testServer(inTurn(
    answerWith(503),
    cutAfter(40_000, bytes),
    answerWith(502),
    whole,
  ));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const { artifacts } = clientOf(server.url, host);
  assert.deepEqual(await artifacts.read(ROOT, "a.bin", { size: 100_000, sha256 }), bytes);
  const ranges = server.asked.map(({ headers }) => headers.range);
  assert.equal(ranges.length, 4);
  assert.match(ranges[3]!, /^bytes=\d+-$/);
  assert.equal(ranges[2], ranges[3]);
});

Deno.test("download() does not put parts of two files together", async () => {
  await using host = await fakeHost();
  const bytes = noise(100_000);
  const path = `${API}/1/abc/artifacts/a.bin`;
  const other = serveFiles({ [path]: bytes }, '"v2"');
  await using server = await testServer(inTurn(cutAfter(40_000, bytes), other));
  const read = clientOf(server.url, host).artifacts.read(ROOT, "a.bin");
  await assert.rejects(read, /^MlflowError: Cannot download .*: it changed while it was read$/);
});

Deno.test("download() fails where a broken connection can't be resumed", async () => {
  await using host = await fakeHost();
  const bytes = noise(100_000);
  await using server = await testServer(cutAfter(40_000, bytes, { etag: 'W/"1"' }));
  const read = clientOf(server.url, host).artifacts.read(ROOT, "a.bin");
  await assert.rejects(read, /^MlflowError: Cannot download .*: the connection broke off after/);
  assert.equal(server.asked.length, 1);
});

Deno.test("download() says when a file is not what was expected", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(200, "abc"));
  const { artifacts } = clientOf(server.url, host);
  await assert.rejects(artifacts.read(ROOT, "a", { size: 4 }), (error) => {
    assert(error instanceof DataError);
    assert.equal(error.message, `Cannot use ${ROOT}/a as it has 3 bytes instead of 4`);
    return true;
  });
  await assert.rejects(artifacts.read(ROOT, "a", { sha256: "00" }), /its sha256 is ba78.* instead/);
});

Deno.test("download() rejects with DataError where there is no such file, on any server", async () => {
  await using host = await fakeHost();
  const missing = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "No such artifact" };
  await using three = await testServer(answerWith(404, JSON.stringify(missing)));
  await assert.rejects(clientOf(three.url, host).artifacts.read(ROOT, "a"), DataError);
  const failed = { error_code: "INTERNAL_ERROR", message: "No such file or directory" };
  const files = [{ path: "b", is_dir: false, file_size: 3 }];
  const two: Answer = (request, response) =>
    request.url!.includes("?path=")
      ? answerWith(200, JSON.stringify({ files }))(request, response)
      : answerWith(500, JSON.stringify(failed))(request, response);
  await using server = await testServer(two);
  const { artifacts } = clientOf(server.url, host);
  await assert.rejects(artifacts.read(ROOT, "a"), DataError);
  await assert.rejects(artifacts.read(ROOT, "b"), MlflowError);
});

Deno.test("upload() and download() tell a proxy's login page from MLflow's answers", async () => {
  await using host = await fakeHost();
  const page = answerWith(200, "<!doctype html>", { "content-type": "text/html; charset=utf-8" });
  await using server = await testServer(page);
  const { artifacts } = clientOf(server.url, host);
  const complaint = /the answer is a web page, maybe a proxy's login: check the host/;
  await assert.rejects(artifacts.upload(ROOT, "a", "x"), complaint);
  await assert.rejects(artifacts.read(ROOT, "a"), complaint);
  const headers = { "content-type": "text/html", "content-disposition": "attachment" };
  await using real = await testServer(answerWith(200, "<p>", headers));
  const report = await clientOf(real.url, host).artifacts.read(ROOT, "report.html");
  assert.equal(new TextDecoder().decode(report), "<p>");
});

Deno.test("download() stops asking when its reader goes away", async () => {
  await using host = await fakeHost();
  const closed = Promise.withResolvers<void>();
  await using server = await testServer((_, response) => {
    response.on("close", closed.resolve);
    response.writeHead(200, { "content-length": 1_000_000 });
    response.write(noise(1000));
  });
  const stream = await clientOf(server.url, host).artifacts.download(ROOT, "a");
  for await (const _ of stream) break;
  await closed.promise;
});

function folders(request: http.IncomingMessage, response: http.ServerResponse): void {
  const path = new URL(request.url!, "http://x").searchParams.get("path")!;
  const lists: Readonly<Record<string, unknown>> = {
    "1/abc/artifacts": [
      { path: "plots", is_dir: true },
      { path: "a.txt", is_dir: false, file_size: 3 },
      { path: "empty", file_size: "0" },
    ],
    "1/abc/artifacts/plots": [{ path: "ü b.svg", is_dir: false, file_size: 5 }],
    "1/abc/artifacts/a.txt": [{ path: "a.txt", is_dir: false, file_size: 3 }],
  };
  answerWith(200, JSON.stringify({ files: lists[path] }))(request, response);
}

Deno.test("list() and walk() give paths from the root", async () => {
  await using host = await fakeHost();
  await using server = await testServer(folders);
  const { artifacts } = clientOf(server.url, host);
  assert.deepEqual(await Array.fromAsync(artifacts.list(ROOT)), [
    { path: "plots", isFolder: true, size: null },
    { path: "a.txt", isFolder: false, size: 3 },
    { path: "empty", isFolder: false, size: 0 },
  ]);
  const paths = (await Array.fromAsync(artifacts.walk(`${ROOT}/`))).map(({ path }) => path);
  assert.deepEqual(paths, ["plots/ü b.svg", "a.txt", "empty"]);
  assert.deepEqual(await Array.fromAsync(artifacts.list(ROOT, "a.txt")), []);
  assert.deepEqual(await Array.fromAsync(artifacts.list(ROOT, "nowhere")), []);
});

Deno.test("a root that the server does not serve goes to the transfer for its scheme", async () => {
  await using host = await fakeHost();
  const done: string[] = [];
  const transfer: ArtifactTransfer = {
    scheme: "s3",
    async put(uri, source) {
      done.push(`put ${uri} ${source.size} ${await new Response(source.open()).text()}`);
    },
    get(uri) {
      done.push(`get ${uri}`);
      return Promise.resolve(new Blob(["xyz"]).stream());
    },
    async *list(uri) {
      yield { uri: `${uri}/b`, size: 3, isFolder: false };
    },
    remove(uri) {
      done.push(`remove ${uri}`);
      return Promise.resolve();
    },
  };
  const trackingUri = "http://mlflow.example";
  const { artifacts } = new MlflowClient({ trackingUri, host, transfer });
  await artifacts.upload("s3://bucket/1/r/artifacts", "a/b", "abc");
  const bytes = await artifacts.read("s3://bucket/1/r/artifacts", "a/b", { size: 3 });
  assert.equal(new TextDecoder().decode(bytes), "xyz");
  await artifacts.delete("s3://bucket/1/r/artifacts", "a/b");
  assert.deepEqual(done, [
    "put s3://bucket/1/r/artifacts/a/b 3 abc",
    "get s3://bucket/1/r/artifacts/a/b",
    "remove s3://bucket/1/r/artifacts/a/b",
  ]);
  assert.deepEqual(await Array.fromAsync(artifacts.list("s3://bucket/1", "a")), [
    { path: "a/b", size: 3, isFolder: false },
  ]);
});

Deno.test("a root that nothing reaches is told with what to do", async () => {
  await using host = await fakeHost();
  const { artifacts } = clientOf("http://mlflow.example", host);
  for (const root of ["file:///home/x/mlruns/0/r/artifacts", "/home/x", "gs://b/r", "s3://b/r"]) {
    await assert.rejects(artifacts.upload(root, "a", "x"), (error) => {
      assert(error instanceof UsageError);
      assert(error.message.startsWith(`Cannot reach the artifacts in ${root}: `));
      assert.match(error.message, /--serve-artifacts/);
      assert.equal(error.message.includes("MINIO_ENDPOINT"), root.startsWith("s3:"));
      return true;
    });
  }
});
