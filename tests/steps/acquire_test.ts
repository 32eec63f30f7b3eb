import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import type { Disk } from "../../lib/base/host.ts";
import { idxFileNames } from "../../lib/digits/datasets.ts";
import type { Progress } from "../../lib/pipeline/step_context.ts";
import { acquire } from "../../lib/steps/acquire.ts";
import { acquireStep } from "../../lib/steps/acquire_step.ts";
import type { ResolvedSource } from "../../lib/steps/dataset_source.ts";
import { type FakeHost, fakeHost } from "../base/fake_host.ts";
import {
  type Answer,
  answerWith,
  cutAfter,
  inTurn,
  serveFiles,
  testServer,
} from "../base/test_server.ts";
import { gzip, gzippedFiles, publishedAs, smallContents } from "../digits/small_digits.ts";

const contents = smallContents();
const files = await gzippedFiles(contents);
const mnist = await publishedAs("mnist", contents, { mirrors: ["https://published.example/"] });
const catalog = [mnist];
const good = serveFiles(files);
const trainImages = `${idxFileNames.trainImages}.gz`;

/** Answers for the training pictures in one way, and as a good mirror otherwise. */
function onlyTrainImages(answer: Answer): Answer {
  return (request, response) =>
    (request.url === `/${trainImages}` ? answer : good)(request, response);
}

function fromMirrors(...mirrors: readonly string[]): ResolvedSource {
  return { kind: "published", dataset: mnist, mirrors };
}

async function writeFolder(host: FakeHost, more: Record<string, Uint8Array> = {}): Promise<string> {
  const folder = `${host.cacheFolder}/mine`;
  for (const [name, bytes] of Object.entries({ ...files, ...more })) {
    await host.disk.write(`${folder}/${name}`, bytes);
  }
  return folder;
}

Deno.test("acquire() downloads a dataset once, all files at a time", async () => {
  await using host = await fakeHost();
  let waiting = 0;
  const held: (() => void)[] = [];
  await using server = await testServer((request, response) => {
    held.push(() => good(request, response));
    if (++waiting === 4) held.forEach((release) => release());
  });
  const reports: Progress[] = [];
  const dataset = await acquire(fromMirrors(server.url), {
    host,
    progress: (report) => reports.push(report),
  });
  assert.equal(dataset.name, "mnist");
  assert.equal(dataset.source, "https://published.example/");
  assert.deepEqual(dataset.train.labels, contents.trainLabels.subarray(8));
  assert.deepEqual(dataset.test.images, contents.testImages.subarray(16));
  const bytes = Object.values(files).reduce((sum, file) => sum + file.length, 0);
  assert.deepEqual([reports.at(-1)!.done, reports.at(-1)!.total], [bytes, bytes]);

  assert.deepEqual(await acquire(fromMirrors(server.url), { host }), dataset);
  assert.equal(server.asked.length, 4, "the second time comes from the cache");
});

Deno.test("acquire() downloads again what is damaged in the cache, and says so", async () => {
  await using host = await fakeHost();
  await using server = await testServer(good);
  const source = fromMirrors(server.url);
  const dataset = await acquire(source, { host });
  const cached = `${host.cacheFolder}/datasets/mnist/${trainImages}`;
  await host.disk.write(cached, files[trainImages]!.slice(0, 50));
  const notices: string[] = [];
  const notice = (text: string) => notices.push(text);
  assert.deepEqual(await acquire(source, { host, notice }), dataset);
  assert.match(
    notices.join(),
    /^Cannot unpack .*: the cached file is removed and downloaded again$/,
  );
  assert.equal(server.asked.length, 5);
});

Deno.test("acquire() takes files that a mirror has compressed anew, or not at all", async () => {
  await using host = await fakeHost();
  const { [trainImages]: _, ...others } = files;
  await using server = await testServer(
    serveFiles({ ...others, [idxFileNames.trainImages]: contents.trainImages }),
  );
  await acquire(fromMirrors(server.url), { host });
  assert.equal((await acquire(fromMirrors(server.url), { host })).train.labels.length, 20);
  assert.equal(server.asked.length, 5, "four files, one of them by two names");
});

const otherImages = await gzip(smallContents(9).trainImages);
const misbehaviours: Readonly<Record<string, readonly [answer: Answer, reason: RegExp]>> = {
  "wrong bytes": [answerWith(200, otherImages), /not the published file: the MD5 of its content/],
  "an HTML page": [
    answerWith(200, "<html>Sign in</html>"),
    /IDX data, gzipped or not: got an HTML/,
  ],
  "a truncated file": [
    answerWith(200, files[trainImages]!.slice(0, 100)),
    /its gzip data is damaged, cut short/,
  ],
  "a gzip bomb": [
    answerWith(200, await gzip(new Uint8Array(1e6))),
    /Cannot read train-images-idx3-ubyte\.gz as IDX: its data type must be 8/,
  ],
  "a gzip bomb behind a good header": [
    answerWith(
      200,
      await gzip(Uint8Array.from({ length: 1e6 }, (_, i) => contents.trainImages[i] ?? 0)),
    ),
    /it holds more than the 256 bytes that it should/,
  ],
  "a file far too long": [answerWith(200, new Uint8Array(100_000)), /longer than the 65792 bytes/],
  "nothing": [answerWith(404), /the server answered 404 Not Found/],
  "nothing but errors": [answerWith(500), /the server answered 500 Internal Server Error/],
  "redirects in a circle": [answerWith(302, "", { location: `/${trainImages}` }), /redirect/],
  "connections that break": [cutAfter(0, files[trainImages]!), /the connection broke off/],
};

for (const [what, [answer, reason]] of Object.entries(misbehaviours)) {
  Deno.test(`acquire() goes on to the next mirror when one has ${what}, or says why`, async () => {
    await using bad = await testServer(onlyTrainImages(answer));
    await using other = await testServer(good);
    {
      await using host = await fakeHost();
      const dataset = await acquire(fromMirrors(bad.url, other.url), { host });
      assert.equal(dataset.train.labels.length, 20);
    }
    await using host = await fakeHost();
    await assert.rejects(acquire(fromMirrors(bad.url), { host }), (error: Error) => {
      assert.match(error.name, /^(UnavailableError|DataError)$/);
      assert.ok(
        error.message.startsWith(
          `Cannot download train-images-idx3-ubyte of MNIST from ${bad.url} (`,
        ),
        error.message,
      );
      assert.match(error.message, reason);
      assert.match(error.message, /\): use --data FOLDER .* HTTPS_PROXY, .* DENO_CERT/);
      return true;
    });
    const left = await host.disk.list(`${host.cacheFolder}/datasets/mnist`);
    assert.ok(!left.includes(trainImages), "nothing wrong is kept");
  });
}

Deno.test("acquire() names every mirror's reason when all fail", async () => {
  await using host = await fakeHost();
  await using missing = await testServer(answerWith(404));
  await using broken = await testServer(answerWith(503));
  const secret = missing.url.replace("//", "//anna:passw0rd@");
  await assert.rejects(
    acquire(fromMirrors(secret, broken.url), { host }),
    (error: Error) =>
      error instanceof UnavailableError &&
      error.message.includes(
        `from ${missing.url} (the server answered 404 Not Found), ` +
          `${broken.url} (the server answered 503 Service Unavailable): use`,
      ),
  );
});

Deno.test("acquire() waits no longer than ten seconds for a silent mirror", async () => {
  await using host = await fakeHost();
  await using silent = await testServer(onlyTrainImages(() => {}));
  const failure = assert.rejects(
    acquire(fromMirrors(silent.url), { host }),
    /\(no answer within 10 s\): use/,
  );
  let over = false;
  const done = failure.finally(() => over = true);
  while (!over) await Promise.race([host.expire(10_000), done]);
});

Deno.test("acquire() tries a mirror again that is only busy", async () => {
  await using host = await fakeHost();
  await using server = await testServer(onlyTrainImages(inTurn(answerWith(503), good)));
  await acquire(fromMirrors(server.url), { host });
  assert.deepEqual(host.waits, [250]);
});

Deno.test("acquire() goes on with a half-finished download, also in a later run", async () => {
  await using host = await fakeHost();
  const cut = cutAfter(100, files[trainImages]!);
  await using server = await testServer(
    onlyTrainImages(inTurn(cut, answerWith(404), good)),
  );
  await assert.rejects(acquire(fromMirrors(server.url), { host }), UnavailableError);
  await acquire(fromMirrors(server.url), { host });
  const ranges = server.asked.filter((asked) => asked.path === `/${trainImages}`)
    .map((asked) => asked.headers.range);
  assert.deepEqual(ranges, [undefined, "bytes=100-", "bytes=100-"]);
});

Deno.test("acquire() starts over when what an earlier run left was damaged", async () => {
  await using host = await fakeHost();
  await using server = await testServer(
    onlyTrainImages(
      inTurn(cutAfter(100, files[trainImages]!), answerWith(404), good),
    ),
  );
  await assert.rejects(acquire(fromMirrors(server.url), { host }), UnavailableError);
  const part = `${host.cacheFolder}/datasets/mnist/${trainImages}.part`;
  await host.disk.write(part, new Uint8Array(100));
  assert.equal((await acquire(fromMirrors(server.url), { host })).train.labels.length, 20);
});

Deno.test("acquire() stops at once when cancelled", async () => {
  await using host = await fakeHost();
  const stop = new AbortController();
  const reason = new Error("the user pressed Ctrl-C");
  await using server = await testServer(onlyTrainImages(() => stop.abort(reason)));
  await assert.rejects(acquire(fromMirrors(server.url), { host, signal: stop.signal }), reason);
});

Deno.test("acquire() says when the cache can't be written", async () => {
  const full = new UnavailableError("Cannot write it: the disk is full");
  const refuse = () => Promise.reject(full);
  await using plain = await fakeHost();
  const disk: Disk = { ...plain.disk, write: refuse, append: refuse };
  await using server = await testServer(good);
  await assert.rejects(acquire(fromMirrors(server.url), { host: { ...plain, disk } }), full);
});

Deno.test("acquire() takes whatever digits are at a URL, and keeps them", async () => {
  await using host = await fakeHost();
  await using server = await testServer((request, response) => {
    request.url = request.url!.replace("/deep/folder/", "/").replace("?key=hidden1", "");
    good(request, response);
  });
  const url = `${server.url}deep/folder?key=hidden1`;
  const dataset = await acquire(url, { host });
  assert.equal(dataset.name, "custom");
  assert.equal(dataset.source, `${server.url}deep/folder?…`);
  assert.deepEqual(await acquire(url, { host }), dataset);
  assert.equal(server.asked.length, 4);
  assert.equal((await acquire(url, { host, catalog })).name, "mnist", "known by its content");
});

Deno.test("acquire() refuses wrong digits at a URL and does not keep them", async () => {
  await using host = await fakeHost();
  const labels = contents.trainLabels.with(9, 12);
  const name = `${idxFileNames.trainLabels}.gz`;
  await using above = await testServer(serveFiles({ ...files, [name]: await gzip(labels) }));
  await assert.rejects(
    acquire(above.url, { host }),
    /^DataError: Cannot download .*: a label must be 0 to 9: got 12 at byte 9\): use/,
  );
  const short = files[`${idxFileNames.testLabels}.gz`]!;
  await using uneven = await testServer(serveFiles({ ...files, [name]: short }));
  await assert.rejects(acquire(uneven.url, { host }), /there are 20 pictures, but 10 labels$/);
  assert.deepEqual(
    (await host.disk.list(`${host.cacheFolder}/datasets`)).length,
    1,
    "the good ones of the first, nothing of the second",
  );
});

Deno.test("acquire() reads a folder, gzipped or not", async () => {
  await using host = await fakeHost({ fetch: () => assert.fail("no network is needed") });
  const folder = await writeFolder(host);
  const dataset = await acquire(folder, { host, catalog });
  assert.equal(dataset.name, "mnist", "the content says what it is");
  assert.equal(dataset.source, folder);
  await host.disk.remove(`${folder}/${trainImages}`);
  await host.disk.write(`${folder}/${idxFileNames.trainImages}`, contents.trainImages);
  assert.deepEqual(await acquire(folder, { host, catalog }), dataset);
  const custom = await acquire(folder, { host });
  assert.equal(custom.name, "custom");
  assert.deepEqual(custom.train.classNames, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

Deno.test("acquire() takes class names from a folder", async () => {
  await using host = await fakeHost();
  const encode = (text: string) => new TextEncoder().encode(text);
  const labels = await gzip(contents.trainLabels.with(9, 11));
  const folder = await writeFolder(host, {
    [`${idxFileNames.trainLabels}.gz`]: labels,
    "classes.txt": encode("a\nb\r\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"),
  });
  const { train } = await acquire(folder, { host });
  assert.deepEqual(train.classNames, [..."abcdefghijkl"]);
  await host.disk.write(`${folder}/classes.txt`, encode("a\nb\na\n"));
  await assert.rejects(
    acquire(folder, { host }),
    /classes\.txt: it must have 2 to 256 different names, one a line: got "a" twice$/,
  );
  await host.disk.write(`${folder}/classes.txt`, encode("a"));
  await assert.rejects(acquire(folder, { host }), /one a line: got 1$/);
  await host.disk.remove(`${folder}/classes.txt`);
  await assert.rejects(acquire(folder, { host }), /a label must be 0 to 9: got 11 at byte 9/);
});

Deno.test("acquire() names the files that a folder lacks", async () => {
  await using host = await fakeHost();
  const folder = await writeFolder(host);
  await host.disk.remove(`${folder}/${trainImages}`);
  await host.disk.remove(`${folder}/${idxFileNames.testLabels}.gz`);
  await assert.rejects(acquire(folder, { host }), {
    name: "DataError",
    message: `Cannot use the folder ${folder} as digits: it has no train-images-idx3-ubyte, ` +
      "no t10k-labels-idx1-ubyte (nor one that ends in .gz): put MNIST's four files there",
  });
});

Deno.test("acquire() makes synthetic digits and says how far it is", async () => {
  await using host = await fakeHost();
  const reports: Progress[] = [];
  const { name, train, test } = await acquire("synthetic", {
    host,
    synthetic: { train: 20, test: 10, seed: 3 },
    progress: (report) => reports.push(report),
  });
  assert.equal(name, "synthetic");
  assert.deepEqual([train.labels.length, test.labels.length], [20, 10]);
  assert.deepEqual([reports.at(-1)!.done, reports.at(-1)!.total], [30, 30]);
});

const realMnist = Deno.env.get("DIGITS_MNIST");

Deno.test({
  name: "acquire() knows the real MNIST in a folder and from a mirror (needs DIGITS_MNIST)",
  ignore: realMnist === undefined,
  async fn() {
    await using host = await fakeHost();
    const dataset = await acquire(realMnist!, { host });
    assert.equal(dataset.name, "mnist");
    assert.deepEqual(dataset.train.imageShape, [28, 28, 1]);
    assert.deepEqual([dataset.train.labels.length, dataset.test.labels.length], [60_000, 10_000]);
    assert.deepEqual([...dataset.train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);

    const names = Object.values(idxFileNames).map((name) => `${name}.gz`);
    const entries = names.map((name) => [name, Deno.readFileSync(`${realMnist}/${name}`)]);
    await using server = await testServer(serveFiles(Object.fromEntries(entries)));
    const downloaded = await acquire("mnist", { host, mnistMirrors: [server.url] });
    assert.equal(downloaded.name, "mnist");
    assert.equal(Buffer.compare(downloaded.train.images, dataset.train.images), 0);
  },
});

Deno.test("acquireStep takes auto for MNIST, and never falls back on synthetic digits", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(404));
  const mirrors = [server.url];
  await assert.rejects(acquireStep.run({ dataset: "auto", mirrors }, { host }), {
    message: /^Cannot download .* of MNIST from http/,
  });
});
