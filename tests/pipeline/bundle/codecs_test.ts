import assert from "node:assert/strict";
import { bytesCodec, jsonCodec, textCodec } from "../../../lib/pipeline/mod.ts";

const bytes = (words: string) => new TextEncoder().encode(words);

Deno.test("the ready codecs give back what they got", async () => {
  for (const value of [null, 1.5, "ü", [1, { a: [] }]]) {
    assert.deepEqual(await jsonCodec.decode(await jsonCodec.encode(value)), value);
  }
  for (const text of ["", "two\nlines", "\uFEFFmarked"]) {
    assert.equal(await textCodec.decode(await textCodec.encode(text)), text);
  }
  assert.deepEqual(
    await bytesCodec.decode(await bytesCodec.encode(Uint8Array.of(0, 255))),
    Uint8Array.of(0, 255),
  );
});

Deno.test("the ready codecs read one file under any name, and say what they can't read", async () => {
  assert.deepEqual(await jsonCodec.decode({ "data.json": bytes("[1]") }), [1]);
  for (
    const [decode, message] of [
      [() => jsonCodec.decode({ "": bytes("{") }), /^Cannot read an artifact as JSON: /],
      [() => textCodec.decode({ "": Uint8Array.of(255) }), /as text: it is not UTF-8$/],
      [() => bytesCodec.decode({}), /as one file: it has none$/],
      [() => bytesCodec.decode({ a: bytes(""), b: bytes("") }), /as one file: it has a, b$/],
    ] as const
  ) {
    await assert.rejects(async () => await decode(), (error) => {
      assert.ok(error instanceof Error && error.name === "DataError");
      assert.match(error.message, message);
      return true;
    });
  }
});
