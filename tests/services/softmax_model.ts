/** A small ONNX model with its interface: MLflow's own clients are to load it. */
import type { ModelInterface } from "../../lib/pipeline/tracker.ts";
import { runPython } from "./python.ts";

const MAKE_MODEL = `
import base64, json
from onnx import TensorProto, helper
inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 4])]
outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 4])]
node = helper.make_node("Softmax", ["image"], ["probabilities"])
graph = helper.make_graph([node], "softmax", inputs, outputs)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
print(json.dumps(base64.b64encode(model.SerializeToString()).decode()))
`;

/** `model.onnx`: the softmax of four numbers. */
export async function softmaxModel(): Promise<Readonly<Record<string, Uint8Array>>> {
  return { "model.onnx": Uint8Array.fromBase64(await runPython<string>(MAKE_MODEL)) };
}

export const softmaxInterface: ModelInterface = {
  inputs: [{ name: "image", dtype: "float32", shape: [-1, 4] }],
  outputs: [{ name: "probabilities", dtype: "float32", shape: [-1, 4] }],
  inputExample: [[0, 0, 0, 1]],
};

/** What it has to answer to 0, 1, 2, 3. */
export const softmaxAnswer: readonly number[] = [0, 1, 2, 3].map((x) =>
  Math.exp(x) / (1 + Math.exp(1) + Math.exp(2) + Math.exp(3))
);
