import { strictEqual } from "node:assert/strict";
import { entityKey, paramText } from "../../../lib/track/mirror/mlflow_words.ts";

Deno.test("entityKey() gives names that MLflow takes, and leaves such as they are", () => {
  for (const name of ["loss", "val/höhe 2", "a.b-c:d_e", "..a", "ü"]) {
    strictEqual(entityKey(name), name);
  }
  strictEqual(entityKey("strange?*"), "strange__");
  strictEqual(entityKey(""), "_");
  strictEqual(entityKey("../up"), "_/up");
  strictEqual(entityKey("/a//b/./c/"), "_/a/_/b/_/c/_");
  strictEqual(entityKey("x".repeat(300)).length, 250);
});

Deno.test("paramText() gives text as it is, and all else as JSON", () => {
  strictEqual(paramText("adam"), "adam");
  strictEqual(paramText(""), "");
  strictEqual(paramText(0.001), "0.001");
  strictEqual(paramText(true), "true");
  strictEqual(paramText(null), "null");
  strictEqual(paramText([32, { size: 64 }]), '[32,{"size":64}]');
});
