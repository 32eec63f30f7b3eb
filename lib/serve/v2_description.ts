/**
 * What a server says of its models in the Open Inference Protocol (V2).
 *
 * @module
 */
import type { Predictor } from "./predictor.ts";
import { INPUT_NAME } from "./tensor.ts";
import { outputTensors } from "./v2_outputs.ts";

const PLATFORM = "onnxruntime_onnx"; // Triton's name for it

/**
 * A model's metadata: `GET /v2/models/NAME`. Of the shapes and datatypes that are taken
 * it has the one that is closest to what models work on.
 */
export function modelMetadata(
  { name, imageShape, classNames }: Predictor,
  versions: readonly string[],
): unknown {
  return {
    name,
    versions,
    platform: PLATFORM,
    inputs: [{ name: INPUT_NAME, datatype: "FP32", shape: [-1, ...imageShape] }],
    outputs: outputTensors(classNames.length),
  };
}

/** A model's configuration, in Triton's words: `GET /v2/models/NAME/config`. */
export function modelConfig({ name, imageShape, classNames }: Predictor): unknown {
  return {
    name,
    platform: PLATFORM,
    backend: "onnxruntime",
    max_batch_size: 0, // The shapes have the number of pictures in them.
    input: [{ name: INPUT_NAME, data_type: "TYPE_FP32", dims: [-1, ...imageShape] }],
    output: outputTensors(classNames.length).map(({ name, datatype, shape }) => ({
      name,
      data_type: `TYPE_${datatype === "BYTES" ? "STRING" : datatype}`,
      dims: shape,
    })),
    parameters: { class_names: { string_value: JSON.stringify(classNames) } },
  };
}
