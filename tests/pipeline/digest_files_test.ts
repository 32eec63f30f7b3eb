import { deepStrictEqual, notStrictEqual, strictEqual, throws } from "node:assert/strict";
import { hashHex } from "../../lib/base/bytes.ts";
import { checkFileNames, describeFiles, digestFiles } from "../../lib/pipeline/mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("digestFiles() does not depend on the order of names", () => {
  const digest = digestFiles({ a: bytes("1"), "b/c": bytes("2") });
  strictEqual(digestFiles({ "b/c": bytes("2"), a: bytes("1") }), digest);
});

Deno.test("digestFiles() tells names and bytes apart", () => {
  const all = [
    {},
    { "": bytes("") },
    { a: bytes("") },
    { a: bytes("1") },
    { b: bytes("1") },
    { a: bytes("1"), b: bytes("2") },
    { a: bytes("2"), b: bytes("1") },
    { a: bytes("12") },
    { "a/b": bytes("1") },
  ].map(digestFiles);
  strictEqual(new Set(all).size, all.length);
  notStrictEqual(digestFiles({ "": bytes("1") }), hashHex("1")); // a name belongs to it
});

Deno.test("describeFiles() gives sizes and hashes", () => {
  deepStrictEqual(describeFiles({ "model.onnx": bytes("abc") }), {
    "model.onnx": { size: 3, sha256: hashHex("abc") },
  });
});

Deno.test("checkFileNames() takes plain relative paths, or one lone file", () => {
  for (
    const names of [[], [""], ["a"], ["a", "b/c", "b/d.e"], [".hidden"], ["ünï code"], [
      "__proto__",
    ]]
  ) {
    checkFileNames(names);
  }
});

Deno.test("checkFileNames() refuses what could leave the folder, or not exist side by side", () => {
  const bad = ["/a", "../a", "a/../b", "a//b", "a/", "./a", "a\\b", "C:a", "a\0", "a\n", "a*", "?"];
  for (const name of bad) {
    throws(() => checkFileNames([name]), /^TypeError: Cannot store a file named/);
  }
  throws(() => checkFileNames(["", "a"]), /a lone file has no others beside it/);
  throws(() => checkFileNames(["a", "a/b"]), /"a\/b" in an artifact: give a plain relative path/);
});
