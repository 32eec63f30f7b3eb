/** Seeded faults: whatever happens on the way, an artifact is there whole or not at all. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { BusyError, DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import type { SourceFiles } from "../../lib/pipeline/mod.ts";
import { s3Store } from "../../lib/store/s3_store.ts";
import type { Answer } from "../base/test_server.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { cut, type FakeS3, fakeS3, s3Error } from "./fake_s3.ts";
import { s3Host } from "./s3_host.ts";
import { bytesIn, randomSource } from "./store_contract.ts";

const keys = { accessKey: "somebody", secretKey: "secret" };
const storeOn = ({ url }: FakeS3) =>
  s3Store({ endpoint: url, ...keys, bucket: "digits", host: s3Host() });

/** Two artifacts, each of a file in two parts and a small one. */
const variants: readonly SourceFiles[] = await Promise.all([1, 2].map(async (seed) => ({
  "large.bin": new Blob([await bytesIn(randomSource(seed, 5_600_000).stream()) as BlobPart]),
  "small.txt": new TextEncoder().encode(`variant ${seed}`),
})));

/** One in `rate` requests fails: before S3 has done what it was asked, or after. */
function breakNow(s3: FakeS3, random: Random, rate: number): void {
  const faults: readonly Answer[] = [cut, s3Error(503, "SlowDown"), s3Error(500, "InternalError")];
  const fault = () =>
    random.integer(rate) === 0 ? faults[random.integer(faults.length)] : undefined;
  s3.before = fault;
  s3.after = fault;
}

Deno.test("s3Store() has one of two artifacts whole when two race, whatever breaks on the way", async () => {
  const random = new Random(1);
  for (let round = 0; round < fuzzCount(5); round++) {
    await using s3 = await fakeS3();
    breakNow(s3, random, 4);
    const results = await Promise.allSettled(
      [0, 1, 0].map((v) => storeOn(s3).put("a", variants[v]!)),
    );
    const won = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
    ok(won.length > 0);
    ok(won.every(({ sha256 }) => sha256 === won[0]!.sha256));
    for (const result of results) {
      if (result.status === "rejected") {
        ok(result.reason instanceof BusyError, String(result.reason));
      }
    }
    const store = storeOn(s3);
    const { "small.txt": small } = await store.get(won[0]!.uri);
    const winner = variants[Number(new TextDecoder().decode(small).at(-1)) - 1]!;
    deepStrictEqual(small, winner["small.txt"]);
    s3.before = s3.after = () => undefined;
    await store.sweep({ olderThanMs: -10_000 });
    deepStrictEqual(s3.objects.size, 3);
    deepStrictEqual(await store.info(won[0]!.uri), won[0]);
  }
});

Deno.test("s3Store() has an artifact whole or not at all, wherever its process is stopped", async () => {
  await using s3 = await fakeS3();
  const total = await requestsOf(s3, () => storeOn(s3).put("all", variants[0]!));
  for (let diesAt = 1; diesAt <= total; diesAt++) {
    for (const when of ["before", "after"] as const) {
      const uri = storeOn(s3).uri(`a${diesAt}${when}`);
      let count = 0;
      const stop = new AbortController(); // a process that is gone sends nothing any more
      const die = () => {
        if (++count >= diesAt) stop.abort(new Error("dead"));
        return count >= diesAt ? cut : undefined;
      };
      s3[when] = die;
      await storeOn(s3).put(uri.slice("s3://digits/".length), variants[0]!, stop).catch(() => {});
      s3[when] = () => undefined;
      const store = storeOn(s3);
      const info = await store.info(uri);
      if (info !== undefined) {
        ok((await bytesIn(await store.open(uri, "large.bin"))).length === 5_600_000);
      } else {
        const missing = await store.get(uri).catch((error) => error);
        ok(missing instanceof DataError);
        await store.put(uri.slice("s3://digits/".length), variants[0]!);
      }
    }
  }
});

async function requestsOf(s3: FakeS3, work: () => Promise<unknown>): Promise<number> {
  const before = s3.asked.length;
  await work();
  return s3.asked.length - before;
}

Deno.test("s3Store() never crashes on random bytes for a manifest", async () => {
  await using s3 = await fakeS3();
  const store = storeOn(s3);
  const { uri } = await store.put("a", { x: new Uint8Array(3) });
  const [name, whole] = [...s3.objects].find(([name]) => name.endsWith("manifest.json"))!;
  const random = new Random(1);
  for (let i = 0; i < fuzzCount(60); i++) {
    const bytes = i % 2 === 0
      ? Uint8Array.from({ length: random.integer(80) }, () => random.integer(256))
      : whole.bytes.map((byte) => random.integer(60) === 0 ? random.integer(256) : byte);
    s3.objects.set(name, { ...whole, bytes });
    const info = await store.info(uri);
    const files = await store.get(uri).catch((error) => error);
    if (files instanceof Error) ok(files instanceof DataError, String(files));
    else ok(info);
  }
});
