import assert from "node:assert/strict";
import { download, type DownloadOptions } from "../../lib/base/download.ts";
import { HttpError } from "../../lib/base/http_error.ts";
import { Random } from "../../lib/base/random.ts";
import { type FakeHost, fakeHost } from "./fake_host.ts";
import { answerWith, cutAfter, inTurn, serveFiles, testServer } from "./test_server.ts";

const random = new Random(3);
const content = Uint8Array.from({ length: 600_000 }, () => random.integer(256));
const good = serveFiles({ file: content });

function optionsFor(host: FakeHost, more: Partial<DownloadOptions> = {}): DownloadOptions {
  return { host, maxBytes: 1e6, partPath: `${host.cacheFolder}/file.part`, ...more };
}

/** Leaves the first bytes of the file in the cache, as a run that was stopped does. */
async function startAndStop(url: string, host: FakeHost, sent: number): Promise<void> {
  await assert.rejects(download(url, optionsFor(host, { attempts: 1 })), HttpError);
  assert.equal((await host.disk.stat(`${host.cacheFolder}/file.part`))?.size, sent);
}

Deno.test("download() gives the file and leaves nothing behind", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  const reports: (readonly [number, number | undefined])[] = [];
  const { bytes, resumed } = await download(
    `${server.url}file`,
    optionsFor(host, { progress: (done, total) => reports.push([done, total]) }),
  );
  assert.deepEqual(bytes, content);
  assert.equal(resumed, false);
  assert.deepEqual(reports.at(-1), [content.length, content.length]);
  assert.deepEqual(await host.disk.list(host.cacheFolder), []);
});

Deno.test("download() goes on where a broken connection left off", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(cutAfter(100_000, content), good));
  const { bytes } = await download(`${server.url}file`, optionsFor(host));
  assert.deepEqual(bytes, content);
  assert.equal(server.asked[1]!.headers.range, "bytes=100000-");
  assert.equal(server.asked[1]!.headers["if-range"], '"v1"');
  assert.deepEqual(host.waits, [250]);
});

Deno.test("download() goes on where an earlier run left off", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(cutAfter(100_000, content), good));
  await startAndStop(`${server.url}file`, host, 100_000);
  const { bytes, resumed } = await download(`${server.url}file`, optionsFor(host));
  assert.deepEqual(bytes, content);
  assert.equal(resumed, true);
  assert.equal(server.asked[1]!.headers.range, "bytes=100000-");
});

Deno.test("download() keeps what came before it is cancelled", async () => {
  await using host = await fakeHost();
  const stop = new AbortController();
  const reason = new Error("the user pressed Ctrl-C");
  await using server = await testServer((_request, response) => {
    response.writeHead(200, { "content-length": content.length, etag: '"v1"' });
    response.write(content.subarray(0, 50_000));
  });
  const options = optionsFor(host, {
    signal: stop.signal,
    progress: (done) => done === 50_000 && stop.abort(reason),
  });
  await assert.rejects(download(`${server.url}file`, options), reason);
  assert.equal((await host.disk.stat(`${host.cacheFolder}/file.part`))?.size, 50_000);
});

Deno.test("download() starts over when the server ignores ranges", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    cutAfter(100_000, content),
    answerWith(200, content, { etag: '"v1"' }),
  ));
  const { bytes, resumed } = await download(`${server.url}file`, optionsFor(host));
  assert.deepEqual(bytes, content);
  assert.equal(resumed, false);
});

Deno.test("download() starts over when the file has changed", async () => {
  await using host = await fakeHost();
  const other = content.toReversed();
  await using server = await testServer(
    inTurn(cutAfter(100_000, content), serveFiles({ file: other }, '"v2"')),
  );
  await startAndStop(`${server.url}file`, host, 100_000);
  const { bytes, resumed } = await download(`${server.url}file`, optionsFor(host));
  assert.deepEqual(bytes, other);
  assert.equal(resumed, false);
});

Deno.test("download() starts over when the server sends a range of a changed file", async () => {
  await using host = await fakeHost();
  const other = content.toReversed();
  await using server = await testServer(inTurn(
    cutAfter(100_000, content),
    answerWith(206, other.subarray(100_000), {
      "content-range": `bytes 100000-${other.length - 1}/${other.length}`,
      etag: '"v2"',
    }),
    serveFiles({ file: other }, '"v2"'),
  ));
  assert.deepEqual((await download(`${server.url}file`, optionsFor(host))).bytes, other);
});

Deno.test("download() starts over when the server sends another range than asked for", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    cutAfter(100_000, content),
    answerWith(206, content.subarray(5), {
      "content-range": `bytes 5-${content.length - 1}/${content.length}`,
      etag: '"v1"',
    }),
    good,
  ));
  assert.deepEqual((await download(`${server.url}file`, optionsFor(host))).bytes, content);
});

Deno.test("download() goes on when the server sends less than the range asked for", async () => {
  await using host = await fakeHost();
  await using server = await testServer(inTurn(
    cutAfter(100_000, content),
    answerWith(206, content.subarray(100_000, 200_000), {
      "content-range": `bytes 100000-199999/${content.length}`,
      etag: '"v1"',
    }),
    good,
  ));
  assert.deepEqual((await download(`${server.url}file`, optionsFor(host))).bytes, content);
  assert.equal(server.asked[2]!.headers.range, "bytes=200000-");
});

Deno.test("download() finishes a file of which all bytes were there already", async () => {
  await using host = await fakeHost();
  await using server = await testServer(
    inTurn(cutAfter(content.length, content, { "content-length": content.length + 1 }), good),
  );
  await startAndStop(`${server.url}file`, host, content.length);
  assert.deepEqual((await download(`${server.url}file`, optionsFor(host))).bytes, content);
});

Deno.test("download() does not resume what the server does not mark", async () => {
  await using host = await fakeHost();
  await using server = await testServer(
    inTurn(cutAfter(100_000, content, { etag: 'W/"weak"' }), good),
  );
  const { bytes } = await download(`${server.url}file`, optionsFor(host));
  assert.deepEqual(bytes, content);
  assert.equal(server.asked[1]!.headers.range, undefined);
});

Deno.test("download() resumes by Last-Modified where there is no ETag", async () => {
  await using host = await fakeHost();
  const marks = { etag: 'W/"weak"', "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT" };
  await using server = await testServer(inTurn(cutAfter(100_000, content, marks), good));
  await download(`${server.url}file`, optionsFor(host));
  assert.equal(server.asked[1]!.headers["if-range"], "Wed, 21 Oct 2015 07:28:00 GMT");
});

Deno.test("download() does not go on with what came from another URL", async () => {
  await using host = await fakeHost();
  await using first = await testServer(cutAfter(100_000, content));
  await using second = await testServer(good);
  await startAndStop(`${first.url}file`, host, 100_000);
  assert.equal((await download(`${second.url}file`, optionsFor(host))).resumed, false);
});

Deno.test("download() is not put off by a damaged note about a part", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  await host.disk.write(`${host.cacheFolder}/file.part`, content.subarray(0, 5));
  await host.disk.write(`${host.cacheFolder}/file.part.json`, new Uint8Array([1, 2]));
  assert.equal((await download(`${server.url}file`, optionsFor(host))).resumed, false);
});

Deno.test("download() goes on in memory when another process writes the same part", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  let disturbed = false;
  const progress = () => {
    if (disturbed) return;
    disturbed = true;
    Deno.writeFileSync(`${host.cacheFolder}/file.part`, new Uint8Array(7));
  };
  const { bytes } = await download(`${server.url}file`, optionsFor(host, { progress }));
  assert.deepEqual(bytes, content);
});

Deno.test("download() gives up when attempt after attempt brings nothing new", async () => {
  await using host = await fakeHost();
  await using server = await testServer(cutAfter(0, content));
  await assert.rejects(
    download(`${server.url}file`, optionsFor(host)),
    /the connection broke off after 0 bytes$/,
  );
  assert.equal(server.asked.length, 3);
});

Deno.test("download() refuses a file that is too long before it reads it", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  await assert.rejects(
    download(`${server.url}file`, optionsFor(host, { maxBytes: 599_999 })),
    /the file is longer than the 599999 bytes that it may have$/,
  );
  await using endless = await testServer((_request, response) => {
    const more = () => response.write(content, () => response.destroyed || more());
    more();
  });
  await assert.rejects(download(endless.url, optionsFor(host)), /longer than the 1000000 bytes/);
});

Deno.test("download() says when the disk refuses", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  await Deno.writeTextFile(host.cacheFolder, "a file where the folder should be");
  await assert.rejects(
    download(`${server.url}file`, optionsFor(host)),
    /^UnavailableError: Cannot .*file\.part.*: a part of that path is a file/,
  );
});
