import assert from "node:assert/strict";
import type { Host } from "../../lib/base/host.ts";
import type { PublishedDataset } from "../../lib/digits/datasets.ts";
import { fingerprintSource, resolveSource } from "../../lib/steps/dataset_source.ts";
import { fakeHost } from "../base/fake_host.ts";
import { answerWith, serveFiles, testServer } from "../base/test_server.ts";
import { gzippedFiles, publishedAs, smallContents } from "../digits/small_digits.ts";

const contents = smallContents();
const files = await gzippedFiles(contents);
const mnist = await publishedAs("mnist", contents, { mirrors: ["http://nowhere.invalid/"] });
const fashion = await publishedAs("fashion-mnist", smallContents(5), {
  mirrors: ["http://f.invalid/"],
});
const catalog: readonly PublishedDataset[] = [mnist, fashion];

async function writeFiles(host: Host, folder: string): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await host.disk.write(`${folder}/${name}`, bytes);
  }
}

Deno.test("resolveSource() knows names, URLs and folders", async () => {
  await using host = await fakeHost();
  const folder = `${host.cacheFolder}/mine`;
  await writeFiles(host, folder);
  const resolve = (source: string) => resolveSource(source, { host, catalog });
  assert.deepEqual(await resolve("mnist"), {
    kind: "published",
    dataset: mnist,
    mirrors: mnist.mirrors,
  });
  assert.deepEqual(await resolve("synthetic"), { kind: "synthetic" });
  assert.deepEqual(await resolve("https://a.org/x"), { kind: "url", url: "https://a.org/x" });
  assert.deepEqual(await resolve(`${folder}//`), { kind: "folder", folder });
});

Deno.test("resolveSource() refuses what is no source", async () => {
  await using host = await fakeHost();
  const resolve = (source: string) => resolveSource(source, { host });
  await assert.rejects(resolve("mnits"), {
    name: "UsageError",
    message: 'Cannot use "mnits" as digits: there is no such folder; ' +
      "or give auto, mnist, fashion-mnist, synthetic or a URL",
  });
  await assert.rejects(resolve(""), { name: "UsageError", message: /^Cannot use "" as digits/ });
  await assert.rejects(resolve("ftp://anna:secret@a.org/x"), {
    name: "UsageError",
    message: "Cannot download digits from ftp://…@a.org/x: give the http or https address of a " +
      "folder that has MNIST's four files",
  });
  await host.disk.write(`${host.cacheFolder}/a.gz`, files["t10k-labels-idx1-ubyte.gz"]!);
  await assert.rejects(
    resolve(`${host.cacheFolder}/a.gz`),
    /it is a file: give the folder that has MNIST's four files; or give auto/,
  );
});

Deno.test("resolveSource() takes its own list of mirrors, for MNIST alone", async () => {
  await using host = await fakeHost();
  const mnistMirrors = ["http://a.invalid/", "http://b.invalid/"];
  const resolve = (source: string) => resolveSource(source, { host, catalog, mnistMirrors });
  assert.deepEqual(await resolve("mnist"), {
    kind: "published",
    dataset: mnist,
    mirrors: mnistMirrors,
  });
  assert.deepEqual(await resolve("fashion-mnist"), {
    kind: "published",
    dataset: fashion,
    mirrors: fashion.mirrors,
  });
  await assert.rejects(
    resolveSource("mnist", { host, catalog, mnistMirrors: ["a.org/mnist"] }),
    /^UsageError: Cannot download digits from a\.org\/mnist: give the http or https address/,
  );
});

Deno.test("resolveSource() takes for auto the first mirror that has MNIST", async () => {
  await using host = await fakeHost();
  await using silent = await testServer(() => {});
  await using portal = await testServer(answerWith(200, "<html>Please sign in</html>"));
  await using good = await testServer(serveFiles(files));
  const mnistMirrors = [silent.url, portal.url, good.url];
  const notice = () => assert.fail("there is nothing to say");
  assert.deepEqual(await resolveSource("auto", { host, catalog, mnistMirrors, notice }), {
    kind: "published",
    dataset: mnist,
    mirrors: [good.url, silent.url, portal.url],
  });
});

Deno.test("resolveSource() says it when auto becomes synthetic digits", async () => {
  await using host = await fakeHost();
  await using missing = await testServer(answerWith(404));
  await using portal = await testServer(answerWith(200, "<html>Please sign in</html>"));
  const notices: string[] = [];
  const resolved = await resolveSource("auto", {
    host,
    catalog,
    mnistMirrors: [missing.url, portal.url],
    notice: (text) => notices.push(text),
  });
  assert.deepEqual(resolved, { kind: "synthetic" });
  assert.deepEqual(notices, [
    `Cannot download MNIST from ${missing.url} (the server answered 404 Not Found), ` +
    `${portal.url} (Cannot read t10k-labels-idx1-ubyte.gz: it must be IDX data, gzipped or not: ` +
    "got an HTML page): going on with SYNTHETIC digits, whose accuracy says nothing about " +
    "MNIST. For the real ones use --data FOLDER or --data URL, or set HTTPS_PROXY behind a proxy",
  ]);
});

Deno.test("resolveSource() waits no longer than three seconds for auto", async () => {
  await using host = await fakeHost();
  await using silent = await testServer(() => {});
  const resolved = resolveSource("auto", { host, catalog, mnistMirrors: [silent.url] });
  await host.expire(3_000);
  assert.deepEqual(await resolved, { kind: "synthetic" });
});

Deno.test("resolveSource() takes cached MNIST for auto without asking anybody", async () => {
  await using host = await fakeHost({ fetch: () => assert.fail("no network is needed") });
  await writeFiles(host, `${host.cacheFolder}/datasets/mnist`);
  assert.equal((await resolveSource("auto", { host, catalog })).kind, "published");
});

Deno.test("resolveSource() does not take a full disk for a missing mirror", async () => {
  await using host = await fakeHost();
  await using good = await testServer(serveFiles(files));
  await host.disk.write(`${host.cacheFolder}/datasets/mnist`, new Uint8Array());
  await assert.rejects(
    resolveSource("auto", { host, catalog, mnistMirrors: [good.url] }),
    /^UnavailableError: Cannot list .*datasets\/mnist: /,
  );
});

Deno.test("resolveSource() can be cancelled while it waits", async () => {
  await using host = await fakeHost();
  const stop = new AbortController();
  const reason = new Error("the user pressed Ctrl-C");
  await using silent = await testServer(() => stop.abort(reason));
  const options = { host, catalog, mnistMirrors: [silent.url], signal: stop.signal };
  await assert.rejects(resolveSource("auto", options), reason);
});

Deno.test("fingerprintSource() changes with the content of a folder, and only with that", async () => {
  await using host = await fakeHost();
  const folder = `${host.cacheFolder}/mine`;
  await writeFiles(host, folder);
  const of = () => fingerprintSource({ kind: "folder", folder }, { host });
  const first = await of();
  await host.disk.write(`${folder}/notes.txt`, new Uint8Array([1]));
  assert.equal(await of(), first);
  await host.disk.write(`${folder}/classes.txt`, new Uint8Array([1]));
  const second = await of();
  assert.notEqual(second, first);
  await host.disk.write(`${folder}/t10k-labels-idx1-ubyte`, new Uint8Array([1]));
  assert.notEqual(await of(), second);
});

Deno.test("fingerprintSource() tells sources apart and shows no secret", async () => {
  await using host = await fakeHost();
  const of = async (source: string) =>
    await fingerprintSource(await resolveSource(source, { host, catalog }), { host });
  const url = "https://anna:secret@a.org/mnist";
  const all = await Promise.all(["mnist", "fashion-mnist", "synthetic", url, `${url}2`].map(of));
  assert.equal(new Set(all).size, 5);
  assert.doesNotMatch(all.join(), /secret/);
  assert.equal(await of("mnist"), all[0]);
});
