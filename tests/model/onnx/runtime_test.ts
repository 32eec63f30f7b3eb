import assert from "node:assert/strict";
import { UnavailableError } from "../../../lib/base/errors.ts";
import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";

// Without this permission the native library can't be loaded, as on a machine there is none for.
const withoutNative = { ffi: false } as const;

Deno.test({
  name: "where native code can't be loaded, WebAssembly computes",
  permissions: { ...withoutNative, read: true, env: true, sys: true },
  fn: async () => {
    const engine = await loadOnnxEngine({ threads: 2 });
    assert.equal(engine.name, "onnx-wasm");
    assert.match(engine.runtime, /^onnxruntime-web \d+\.\d+\.\d+$/);
    assert.equal(engine.threads, 1);
  },
});

Deno.test({
  name: "native code that was asked for and can't be loaded is an UnavailableError",
  permissions: { ...withoutNative, read: true, env: true, sys: true },
  fn: async () => {
    await assert.rejects(loadOnnxEngine({ threads: 1, runtime: "native" }), (error) => {
      assert.ok(error instanceof UnavailableError);
      assert.match(
        error.message,
        /^Cannot load onnxruntime-node as .*: choose the runtime "wasm"$/,
      );
      return true;
    });
  },
});
