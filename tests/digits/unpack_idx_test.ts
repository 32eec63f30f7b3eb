import assert from "node:assert/strict";
import { MAX_IDX_BYTES } from "../../lib/digits/idx.ts";
import { encodeIdxImages } from "../../lib/digits/encode_idx.ts";
import { unpackIdx } from "../../lib/digits/unpack_idx.ts";
import { gzip, smallDigits } from "./small_digits.ts";

const content = encodeIdxImages(smallDigits(5)).slice();
const name = "a";

Deno.test("unpackIdx() takes IDX data with gzip and without", async () => {
  assert.deepEqual(await unpackIdx(await gzip(content), { name }), content);
  assert.equal(await unpackIdx(content, { name }), content);
});

Deno.test("unpackIdx() says what it got instead", async () => {
  const cases = {
    "<!doctype html><title>Sign in</title>": "an HTML page",
    "\n <HTML>": "an HTML page",
    "<?xml version='1.0'?><Error/>": "an XML document",
    '{"message":"no"}': "JSON",
    "version https://git-lfs.github.com/spec/v1\n": "a Git LFS pointer",
    "PK\x03\x04": "a ZIP archive",
    "Not found, sorry about that": "plain text",
    "\x01\x02\x03\x04": "bytes that begin 01 02 03 04",
    "": "an empty file",
  };
  for (const [text, what] of Object.entries(cases)) {
    await assert.rejects(unpackIdx(new TextEncoder().encode(text), { name }), {
      name: "DataError",
      message: `Cannot read a: it must be IDX data, gzipped or not: got ${what}`,
    });
  }
});

Deno.test("unpackIdx() unpacks no more than the header promises", async () => {
  const bomb = new Uint8Array(5_000_000);
  bomb.set(content);
  await assert.rejects(
    unpackIdx(await gzip(bomb), { name }),
    new RegExp(`^DataError: Cannot unpack a: it holds more than the ${content.length} bytes`),
  );
});

Deno.test("unpackIdx() refuses a header that promises more than expected", async () => {
  const packed = await gzip(content);
  assert.deepEqual(await unpackIdx(packed, { name, maxBytes: content.length }), content);
  await assert.rejects(
    unpackIdx(packed, { name, maxBytes: 75 }),
    /^DataError: Cannot read a: its header promises 76 bytes: 75 were expected$/,
  );
});

Deno.test("unpackIdx() takes little memory for a header that promises much", async () => {
  const boast = content.slice();
  new DataView(boast.buffer).setUint32(4, Math.floor((MAX_IDX_BYTES - 16) / 12));
  const { length } = await unpackIdx(await gzip(boast), { name });
  assert.equal(length, content.length, "the parser that comes next refuses this");
});
