import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { BusyError, DataError, UnavailableError, UsageError } from "../../lib/base/errors.ts";
import { s3Store, type S3StoreOptions } from "../../lib/store/s3_store.ts";
import { answerWith } from "../base/test_server.ts";
import { cut, type FakeS3, fakeS3, s3Error } from "./fake_s3.ts";
import { type S3Host, s3Host } from "./s3_host.ts";
import { bytesIn, randomSource, testStore } from "./store_contract.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const keys = { accessKey: "somebody", secretKey: "do-not-show-this" };

testStore("s3Store() on a fake server", async () => {
  const s3 = await fakeS3();
  return {
    store: s3Store({ endpoint: s3.url, ...keys, bucket: "digits", host: s3Host() }),
    [Symbol.asyncDispose]: () => s3[Symbol.asyncDispose](),
  };
});

function storeOn(s3: FakeS3, options: Partial<S3StoreOptions> & { readonly host?: S3Host } = {}) {
  return s3Store({ endpoint: s3.url, ...keys, bucket: "digits", host: s3Host(), ...options });
}

const model = { "model.onnx": bytes("network"), "labels/names.txt": bytes("zero") };

/** The names of all objects, with the random part of folders' names replaced. */
const names = ({ objects }: FakeS3) =>
  [...objects.keys()].map((name) => name.replace(/files=[0-9a-f]{12}/, "files=…")).sort();

Deno.test("s3Store() keeps files under their names, and a manifest that people can read", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3, { prefix: "team/digits" });
  strictEqual(store.uri("report"), "s3://digits/team/digits/report");
  await store.put("artifacts/train/model/abc", model);
  await store.put("report", { "": bytes("<html>") });
  deepStrictEqual(names(s3), [
    "digits/team/digits/artifacts/train/model/abc/files=…/labels/names.txt",
    "digits/team/digits/artifacts/train/model/abc/files=…/model.onnx",
    "digits/team/digits/artifacts/train/model/abc/manifest.json",
    "digits/team/digits/report/files=…/file",
    "digits/team/digits/report/manifest.json",
  ]);
  const manifest = s3.objects.get("digits/team/digits/report/manifest.json")!.bytes;
  const { folder, ...rest } = JSON.parse(new TextDecoder().decode(manifest));
  match(folder, /^files=[0-9a-f]{12}$/);
  deepStrictEqual(rest, {
    schemaVersion: 1,
    files: {
      "": {
        size: 6,
        sha256: "b7d082ee12e91b756ea22e8513b8594eebcf5d39fab813da3cb55794dc888ad7",
      },
    },
  });
});

Deno.test("s3Store() makes the bucket when it first writes, and survives that others do, too", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3);
  strictEqual(await store.info(store.uri("a")), undefined);
  deepStrictEqual(await Array.fromAsync(store.list("")), []);
  strictEqual(s3.buckets.size, 0);
  await Promise.all(
    Array.from({ length: 5 }, (_, i) => storeOn(s3).put(`a${i}`, { "": bytes("a") })),
  );
  deepStrictEqual([...s3.buckets], ["digits"]);
});

Deno.test("s3Store() asks for no right to make or to look at buckets where there is one", async () => {
  await using s3 = await fakeS3();
  s3.buckets.add("digits");
  const store = storeOn(s3);
  await store.get((await store.put("a", model)).uri);
  await Array.fromAsync(store.list(""));
  await store.remove(store.uri("a"));
  deepStrictEqual(
    s3.asked.filter((asked) => /^(PUT|HEAD|GET) (digits)?(\?location=?)?$/.test(asked)),
    [],
  );
});

Deno.test("s3Store() sends and reads large files in parts, and says how far they have come", async () => {
  await using s3 = await fakeS3();
  const progress: number[] = [];
  const store = storeOn(s3, { onProgress: ({ done, total }) => progress.push(done / total) });
  const { uri } = await store.put("large", { "x": randomSource(1, 12_000_000) });
  strictEqual(s3.asked.filter((asked) => asked.includes("partNumber=")).length, 3);
  strictEqual(s3.uploads.size, 0);
  deepStrictEqual(progress.length, 3);
  strictEqual(progress.at(-1), 1);
  progress.length = 0;
  await store.get(uri);
  strictEqual(progress.at(-1), 1);
});

Deno.test("s3Store() has never more transfers at once than it is told", async () => {
  await using s3 = await fakeS3();
  s3.buckets.add("digits");
  let [now, most] = [0, 0];
  s3.after = (asked) => {
    if (!asked.includes("files=")) return undefined;
    most = Math.max(most, ++now);
    return (request, response) => {
      setTimeout(() => {
        now--;
        answerWith(200, "", { etag: "x" })(request, response);
      }, 1);
    };
  };
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`, bytes(`${i}`)]));
  await storeOn(s3, { concurrency: 2 }).put("a", files);
  strictEqual(most, 2);
});

const damages: [what: string, damage: (s3: FakeS3) => void, seen: boolean][] = [
  ["a missing file", (s3) => change(s3, /model.onnx$/, undefined), true],
  ["a shorter file", (s3) => change(s3, /model.onnx$/, "netw"), true],
  ["another byte", (s3) => change(s3, /model.onnx$/, "netwerk"), false],
  ["a manifest that is none", (s3) => change(s3, /manifest.json$/, '{"schemaVersion":'), true],
  [
    "a manifest that leads elsewhere",
    (s3) => change(s3, /manifest.json$/, '{"folder":"../.."}'),
    true,
  ],
];

function change({ objects }: FakeS3, pattern: RegExp, text: string | undefined): void {
  const name = [...objects.keys()].find((name) => pattern.test(name))!;
  if (text === undefined) objects.delete(name);
  else objects.set(name, { bytes: bytes(text), etag: '"damaged"', changedAt: 0 });
}

for (const [what, damage, seen] of damages) {
  Deno.test(`s3Store() refuses an artifact with ${what}, and takes it anew`, async () => {
    await using s3 = await fakeS3();
    const store = storeOn(s3);
    const info = await store.put("a", model);
    damage(s3);
    await rejects(store.get(info.uri), /^DataError: .*is not what was stored/);
    strictEqual((await store.info(info.uri)) === undefined, seen);
    if (!seen) {
      await rejects(async () => await bytesIn(await store.open(info.uri, "model.onnx")), DataError);
      await store.remove(info.uri);
    }
    await store.put("a", model);
    deepStrictEqual(await store.get(info.uri), model);
  });
}

Deno.test("s3Store() lets one of two win who replace a damaged artifact at once", async () => {
  await using s3 = await fakeS3();
  await storeOn(s3).put("a", model);
  change(s3, /manifest.json$/, "damaged");
  const results = await Promise.allSettled(
    ["1", "2"].map((text) => storeOn(s3).put("a", { x: bytes(text) })),
  );
  deepStrictEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const lost = results.find((result) => result.status === "rejected");
  ok(lost?.reason instanceof BusyError);
});

Deno.test("s3Store() leaves nothing of an upload that failed or was not needed", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3);
  await store.put("a", { x: bytes("1") });
  const before = names(s3);
  const stop = new AbortController();
  s3.after = (asked) => {
    if (asked.includes("partNumber=2")) stop.abort(new Error("stopped"));
    return undefined;
  };
  const files = { y: bytes("1"), x: randomSource(1, 12_000_000) };
  await rejects(store.put("b", files, { signal: stop.signal }), /stopped/);
  deepStrictEqual(names(s3), before);
  strictEqual(s3.uploads.size, 0);
});

Deno.test("s3Store() sweeps what nobody names any more, and nothing else", async () => {
  await using s3 = await fakeS3();
  const host = s3Host();
  const store = storeOn(s3, { host, prefix: "p" });
  await store.put("a", model);
  const place = "digits/p/a/files=0123456789ab";
  const leave = (name: string, changedAt: number) =>
    s3.objects.set(name, { bytes: bytes("left"), etag: "", changedAt });
  leave(`${place}/model.onnx`, 0);
  leave("digits/p/b/files=0123456789ab/x/manifest.json", 0);
  leave("digits/p/c/files=0123456789ab/new", host.now());
  leave("digits/p/notes.txt", 0);
  leave("digits/elsewhere/files=0123456789ab/x", 0);
  for (const [name, stored] of s3.objects) if (name.includes("/a/")) stored.changedAt = 0;
  const kept = names(s3).filter((name) => !/b\/files/.test(name));
  deepStrictEqual(await store.sweep(), { objects: 2, bytes: 8 });
  deepStrictEqual(
    names(s3),
    kept.filter((_, i) => i !== kept.indexOf("digits/p/a/files=…/model.onnx")),
  );
  deepStrictEqual(await store.get(store.uri("a")), model);
  deepStrictEqual(await store.sweep({ olderThanMs: -1_000 }), { objects: 1, bytes: 4 });
  deepStrictEqual(await store.sweep(), { objects: 0, bytes: 0 });
});

Deno.test("s3Store() waits while the server is away, with growing pauses, and says so once", async () => {
  await using s3 = await fakeS3();
  const host = s3Host();
  const said: string[] = [];
  const store = storeOn(s3, { host, notice: (sentence) => said.push(sentence) });
  await store.put("a", model);
  let away = 8;
  s3.before = () => away-- > 0 ? s3Error(503, "SlowDown") : undefined;
  deepStrictEqual(await store.get(store.uri("a")), model);
  strictEqual(host.pauses.length, 8);
  ok(host.pauses.at(-1)! > 4 * host.pauses[0]!);
  deepStrictEqual(said, [
    `S3 at ${s3.url} can't be used for now (SlowDown, status 503): trying again for up to 120 s`,
  ]);
  away = 5;
  await store.get(store.uri("a"));
  strictEqual(said.length, 2); // another outage
});

Deno.test("s3Store() gives up after about two minutes", async () => {
  await using s3 = await fakeS3();
  s3.before = () => cut;
  const host = s3Host();
  const start = host.now();
  await rejects(
    storeOn(s3, { host }).put("a", model),
    (error: Error) =>
      error instanceof UnavailableError && / as it does not answer /.test(error.message),
  );
  const seconds = (host.now() - start) / 1000;
  ok(seconds >= 120 && seconds < 130);
  await rejects(storeOn(s3, { host, patienceMs: 0 }).info("s3://digits/a"), UnavailableError);
  ok(host.now() - start < 130_000);
});

Deno.test("s3Store() is not told twice by answers that get lost on their way", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3);
  const files = { small: bytes("1"), large: randomSource(1, 11_000_000) };
  const lost = new Set<string>();
  s3.after = (asked) => {
    const kind = asked.replace(/files=[0-9a-f]+/, "files").replace(/uploadId=\w+/, "upload");
    if (lost.has(kind)) return undefined;
    lost.add(kind);
    return cut;
  };
  const { uri } = await store.put("a", files);
  strictEqual((await store.get(uri))["large"]!.length, 11_000_000);
  await store.remove(uri);
  strictEqual(s3.objects.size, 0);
  strictEqual(s3.uploads.size, 0);
});

Deno.test("s3Store() goes on reading where a connection broke", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3);
  const { uri } = await store.put("a", { x: randomSource(1, 3_000_000) });
  const ranges: number[] = [];
  s3.after = (asked) => {
    if (!/^GET .*files=.*x$/.test(asked) || ranges.length >= 5) return undefined;
    return (request, response) => {
      const from = Number(request.headers.range?.match(/\d+/)?.[0] ?? 0);
      ranges.push(from);
      const rest = [...s3.objects].find(([name]) => name.endsWith("/x"))![1].bytes.subarray(from);
      response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length });
      response.write(rest.subarray(0, 500_000), () => response.socket!.end());
    };
  };
  deepStrictEqual(
    await bytesIn(await store.open(uri, "x")),
    await bytesIn(randomSource(1, 3_000_000).stream()),
  );
  strictEqual(ranges.length, 5);
  ok(ranges.every((from, i) => i === 0 || from > ranges[i - 1]!));
});

Deno.test("s3Store() learns the bucket's region from the server", async () => {
  await using s3 = await fakeS3();
  const wrong = s3Error(400, "AuthorizationHeaderMalformed", "<Region>eu-west-7</Region>");
  let learned = false;
  s3.before = () =>
    learned ? undefined : (request, response) => {
      learned = request.headers.authorization!.includes("/eu-west-7/s3/");
      wrong(request, response);
    };
  const host = s3Host();
  await rejects(storeOn(s3, { host }).put("a", model), /in the region eu-west-7: set MINIO_REGION/);
  await storeOn(s3, { host }).put("a", model);
  deepStrictEqual(host.pauses, []);
});

Deno.test("s3Store() refuses what no server could take", () => {
  const host = s3Host();
  const good = { endpoint: "localhost:9000", ...keys, bucket: "digits", host };
  for (
    const bad of [{ endpoint: "" }, { accessKey: "" }, { secretKey: "" }, { bucket: "No_Bucket" }]
  ) {
    let error: unknown;
    try {
      s3Store({ ...good, ...bad });
    } catch (thrown) {
      error = thrown;
    }
    ok(error instanceof UsageError);
    ok(!error.message.includes(keys.secretKey));
  }
});
