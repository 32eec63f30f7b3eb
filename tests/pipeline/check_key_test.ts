import { ok, strictEqual, throws } from "node:assert/strict";
import { checkKey, isKey } from "../../lib/pipeline/mod.ts";

Deno.test("checkKey() gives back keys that every store takes", () => {
  for (const key of ["a", "a/b-c/D_1.2", "_a", "0", "a".repeat(512)]) {
    strictEqual(checkKey(key), key);
  }
});

Deno.test("checkKey() refuses path tricks", () => {
  const bad = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    "..",
    "../a",
    "a/..",
    "a/../b",
    ".",
    "a/.b",
    "a.",
    "-a",
  ];
  for (const key of [...bad, "a\\b", "a b", "a%2fb", "a\0", "ä", "a:b", "a".repeat(513)]) {
    ok(!isKey(key));
    throws(
      () => checkKey(key),
      /^TypeError: Cannot use .* as the key of an artifact: give names of/,
    );
  }
});
