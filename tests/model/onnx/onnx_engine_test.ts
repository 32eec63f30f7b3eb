import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";
import { engineContract } from "../engine_contract.ts";

engineContract("onnx", () => loadOnnxEngine({ threads: 2, runtime: "native" }));
engineContract("onnx-wasm", () => loadOnnxEngine({ threads: 2, runtime: "wasm" }));
