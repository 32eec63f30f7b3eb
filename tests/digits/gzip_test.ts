import assert from "node:assert/strict";
import { concatBytes } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { gunzip, gunzipHead, isGzip } from "../../lib/digits/gzip.ts";
import { gzip } from "./small_digits.ts";
import { fuzzCount } from "../fuzz_count.ts";

const random = new Random(5);
const content = Uint8Array.from({ length: 100_000 }, () => random.integer(64));
const packed = await gzip(content);
const name = "a.gz";

Deno.test("gunzip() gives what was packed", async () => {
  assert.ok(isGzip(packed));
  assert.deepEqual(await gunzip(packed, { maxBytes: content.length, name }), content);
  const nothing = await gzip(new Uint8Array());
  assert.deepEqual(await gunzip(nothing, { maxBytes: 5, name }), new Uint8Array());
});

Deno.test("gunzip() refuses more than it was told to expect", async () => {
  await assert.rejects(gunzip(packed, { maxBytes: 99_999, name }), {
    name: "DataError",
    message: "Cannot unpack a.gz: it holds more than the 99999 bytes that it should: " +
      "get the file again from a source you trust",
  });
});

Deno.test("gunzip() refuses a gzip bomb", async () => {
  const bomb = await gzip(new Uint8Array(20e6));
  assert.ok(bomb.length < 20_000);
  await assert.rejects(gunzip(bomb, { maxBytes: 1000, name }), /more than the 1000 bytes/);
});

Deno.test("gunzip() refuses data that is cut short, damaged or followed by anything", async () => {
  const damaged = packed.slice();
  damaged[packed.length >> 1]! ^= 0x55;
  const wrong = {
    "cut short": packed.slice(0, packed.length / 2),
    "without its last byte": packed.slice(0, -1),
    "only a header": packed.slice(0, 5),
    damaged,
    "followed by zeros": concatBytes([packed, new Uint8Array(8)]),
    "followed by more gzip data": concatBytes([packed, packed]),
  };
  for (const [what, bytes] of Object.entries(wrong)) {
    await assert.rejects(gunzip(bytes, { maxBytes: 1e6, name }), {
      name: "DataError",
      message: /^Cannot unpack a\.gz: its gzip data is damaged, cut short or followed by/,
    }, what);
  }
});

Deno.test("gunzip() refuses random bytes, never crashes", async () => {
  for (let i = 0; i < fuzzCount(200); i++) {
    const bytes = packed.slice(0, 10 + random.integer(200));
    for (let k = 0; k < 3; k++) bytes[random.integer(bytes.length)] = random.integer(256);
    await assert.rejects(gunzip(bytes, { maxBytes: 1e6, name }), DataError);
  }
});

Deno.test("gunzipHead() gives the beginning without a look at the rest", async () => {
  const cut = packed.slice(0, 60_000);
  assert.deepEqual(await gunzipHead(cut, { length: 20, name }), content.slice(0, 20));
  const short = await gzip(content.slice(0, 7));
  assert.deepEqual(await gunzipHead(short, { length: 20, name }), content.slice(0, 7));
  await assert.rejects(gunzipHead(packed.slice(0, 12), { length: 20, name }), DataError);
});
