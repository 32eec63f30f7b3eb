import assert from "node:assert/strict";
import { loadEngine } from "../../../lib/model/engines.ts";

Deno.test("the WASM engine leaves the global names as they were", async () => {
  const names = ["Worker", "MessageChannel", "MessagePort"] as const;
  const before = names.map((name) => globalThis[name]);
  await loadEngine("onnx-wasm", { threads: 1 });
  names.forEach((name, i) => assert.equal(globalThis[name], before[i], name));
});
