import assert from "node:assert/strict";
import { engineNames, loadEngine } from "../../lib/model/engines.ts";

Deno.test("loadEngine() refuses an unknown engine and lists the known ones", async () => {
  for (const name of ["pytorch", "", "constructor", "ONNX"]) {
    await assert.rejects(loadEngine(name, { threads: 1 }), {
      name: "UsageError",
      message: `Cannot use the engine "${name}": choose one of auto, onnx, onnx-wasm`,
    });
  }
  assert.deepEqual(engineNames, ["auto", "onnx", "onnx-wasm"]);
});

Deno.test("loadEngine() loads the engine of that name", async () => {
  const onnx = await loadEngine("onnx", { threads: 2 });
  assert.deepEqual([onnx.name, onnx.threads], ["onnx", 2]);
  assert.match(onnx.runtime, /^onnxruntime-node \d/);
  const wasm = await loadEngine("onnx-wasm", { threads: 1 });
  assert.equal(wasm.name, "onnx-wasm");
  const auto = await loadEngine("auto", { threads: 1 });
  assert.equal(auto.name, "onnx");
});
