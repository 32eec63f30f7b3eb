/** What the S3 store does when a real MinIO, or the line to it, does not go well. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { startMinio } from "../../scripts/services/mod.ts";
import type { S3Access } from "../../scripts/services/s3_server.ts";
import { BusyError, UsageError } from "../../lib/base/errors.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { Random } from "../../lib/base/random.ts";
import { s3Store, type S3StoreOptions } from "../../lib/store/s3_store.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { bytesIn, randomSource } from "../store/store_contract.ts";
import { runPython } from "./python.ts";
import { tcpProxy } from "./tcp_proxy.ts";

const host = localHost({ cacheFolder: "" });
const bytes = (text: string) => new TextEncoder().encode(text);

function storeOn(s3: S3Access, options: Partial<S3StoreOptions> = {}) {
  const { url: endpoint, accessKey, secretKey } = s3;
  return s3Store({ endpoint, accessKey, secretKey, bucket: "digits", host, ...options });
}

const TEMPORARY_KEYS = `
import boto3, json, os, sys
sts = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"])
statement = {"Effect": "Allow", **json.loads(sys.argv[1])}
policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
keys = sts.assume_role(
    RoleArn="arn:aws:iam::000000000000:role/test", RoleSessionName="test", Policy=policy
)["Credentials"]
names = {"accessKey": "AccessKeyId", "secretKey": "SecretAccessKey", "sessionToken": "SessionToken"}
print(json.dumps({ours: keys[theirs] for ours, theirs in names.items()}))
`;

/** Temporary keys with these rights alone. */
async function keysWith(s3: S3Access, actions: readonly string[], bucket: string) {
  const input = {
    Action: actions.map((action) => `s3:${action}`),
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
  return await runPython<{ accessKey: string; secretKey: string; sessionToken: string }>(
    TEMPORARY_KEYS,
    { s3, input },
  );
}

const RIGHTS = ["ListBucket", "GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload"];

Deno.test("s3Store() on MinIO needs no more rights than it says, and names what is missing", async () => {
  await using s3 = await startMinio();
  await storeOn(s3).put("before", { "": bytes("1") });
  const enough = storeOn(s3, await keysWith(s3, RIGHTS, "digits"));
  const files = { large: randomSource(1, 12_000_000), small: bytes("2") };
  const { uri } = await enough.put("a", files);
  strictEqual((await enough.get(uri))["large"]!.length, 12_000_000);
  strictEqual((await Array.fromAsync(enough.list(""))).length, 2);
  await enough.remove(uri);
  deepStrictEqual(await enough.sweep({ olderThanMs: 0 }), { objects: 0, bytes: 0 });

  const reading = storeOn(s3, await keysWith(s3, ["ListBucket", "GetObject"], "digits"));
  deepStrictEqual(await reading.get(reading.uri("before")), { "": bytes("1") });
  for (const size of [10, 4_000_000, 12_000_000]) {
    await rejects(
      reading.put("b", { "": randomSource(1, size) }),
      /^UsageError: Cannot store artifacts in s3:\/\/digits at .* lacks a right: give it s3:List/,
    );
  }
  const missing = storeOn(s3, { ...await keysWith(s3, RIGHTS, "none"), bucket: "none" });
  await rejects(
    missing.put("a", files),
    /^UsageError: .*no such bucket, and the access key may not/,
  );
});

Deno.test("s3Store() on MinIO says which key is wrong", async () => {
  await using s3 = await startMinio();
  const wrong: [options: Partial<S3StoreOptions>, reason: RegExp][] = [
    [{ accessKey: "nobody" }, /does not know the access key: check MINIO_ACCESS_KEY$/],
    [{ secretKey: "not-the-secret" }, /does not belong to .* check MINIO_SECRET_KEY$/],
    [{ sessionToken: "not-a-token" }, /session token is not valid: get new temporary keys$/],
    [
      { endpoint: s3.url.replace("http:", "https:") },
      /does not speak TLS: give the endpoint as http:/,
    ],
  ];
  for (const [options, reason] of wrong) {
    const error = await storeOn(s3, options).put("a", {}).catch((error) => error);
    ok(error instanceof UsageError);
    ok(reason.test(error.message), error.message);
    ok(!Deno.inspect(error).includes(s3.secretKey));
  }
});

Deno.test("s3Store() on MinIO finds out its region", async () => {
  await using s3 = await startMinio({ region: "eu-west-7" });
  await storeOn(s3).put("a", { "": bytes("1") });
  await rejects(
    storeOn(s3, { region: "us-east-1" }).put("a", {}),
    /^UsageError: .* is in the region eu-west-7: set MINIO_REGION to it$/,
  );
});

Deno.test("s3Store() on MinIO goes on when the server comes back", async () => {
  await using s3 = await startMinio();
  const said: string[] = [];
  let restarted: Promise<void> | undefined;
  const store = storeOn(s3, {
    notice: (sentence) => said.push(sentence),
    onProgress: () => restarted ??= s3.restart(),
  });
  const { uri } = await store.put("a", { x: randomSource(1, 60_000_000) });
  await restarted;
  deepStrictEqual(
    await bytesIn(await store.open(uri, "x")),
    await bytesIn(randomSource(1, 60_000_000).stream()),
  );
  ok(said.length <= 1);
});

Deno.test("s3Store() on MinIO has one of two artifacts whole when two race over a line that breaks", async () => {
  await using s3 = await startMinio();
  const random = new Random(1);
  await using proxy = tcpProxy(
    s3.url,
    () => random.integer(3) === 0 ? Infinity : random.integer(20_000_000),
  );
  for (let round = 0; round < fuzzCount(4); round++) {
    const key = `race/${round}`;
    const results = await Promise.allSettled(
      [1, 2, 1].map((seed) =>
        storeOn(s3, { endpoint: proxy.url }).put(key, {
          "large.bin": randomSource(seed, 21_000_000),
          "small.txt": bytes(`${seed}`),
        })
      ),
    );
    const won = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
    ok(won.length > 0, String(results.map((result) => "reason" in result && result.reason)));
    ok(won.every(({ sha256 }) => sha256 === won[0]!.sha256));
    for (const result of results) {
      if (result.status === "rejected") {
        ok(result.reason instanceof BusyError, String(result.reason));
      }
    }
    const files = await storeOn(s3, { endpoint: proxy.url }).get(won[0]!.uri);
    const seed = Number(new TextDecoder().decode(files["small.txt"]));
    deepStrictEqual(files["large.bin"], await bytesIn(randomSource(seed, 21_000_000).stream()));
  }
  ok(proxy.cuts > 3);
  const store = storeOn(s3);
  await store.sweep({ olderThanMs: 0 });
  strictEqual((await Array.fromAsync(store.list("race/"))).length, fuzzCount(4));
});

const NAMES = `
import boto3, json
objects = boto3.client("s3").list_objects_v2(Bucket="digits")["Contents"]
print(json.dumps(sorted(o["Key"].split("/")[-1] for o in objects)))
`;

Deno.test("s3Store() on MinIO leaves files that other programs find by name", async () => {
  await using s3 = await startMinio();
  await storeOn(s3).put("artifacts/acquire/dataset/abc", {
    "train-images-idx3-ubyte": bytes("images"),
    "train-labels-idx1-ubyte": bytes("labels"),
  });
  deepStrictEqual(await runPython(NAMES, { s3 }), [
    "manifest.json",
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
  ]);
});

Deno.test("s3Store() on MinIO streams 1 GB in less than 200 MB of memory, up and down", async () => {
  await using s3 = await startMinio();
  const { url: endpoint, accessKey, secretKey } = s3;
  for (const direction of ["up", "down"]) {
    const size = 1_000_000_000;
    const task = {
      direction,
      size,
      key: "large",
      endpoint,
      accessKey,
      secretKey,
      bucket: "digits",
    };
    const process = new URL("./s3_stream_process.ts", import.meta.url).pathname;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", process, JSON.stringify(task)],
    }).output();
    const text = new TextDecoder();
    const { read, peakMb } = JSON.parse(text.decode(stdout) || text.decode(stderr));
    strictEqual(read, direction === "up" ? 0 : size);
    ok(peakMb < 200, `${direction}: ${peakMb} MB`);
  }
});
