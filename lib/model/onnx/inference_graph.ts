import type { ImageShape } from "../../digits/digits.ts";
import type { Layer } from "../layers.ts";
import { networkShape } from "../network_shape.ts";
import { GraphBuilder, type Value } from "./graph_builder.ts";
import { planNetwork } from "./network_plan.ts";
import { parametersOf } from "./parameters.ts";

/** The exported model's input, float `[batch, channels, height, width]`, 0..1. */
export const inputName = "image";

/** The exported model's output, float `[batch, classes]`. */
export const outputName = "probabilities";

/**
 * The network as an ordinary ONNX model that any runtime runs, for batches of any size.
 *
 * @param weights the flat vector of the training graph
 */
export function inferenceGraph(
  layers: readonly Layer[],
  imageShape: ImageShape,
  weights: Float32Array,
): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder();
  const [height, width, channels] = imageShape;
  const shapes = networkShape(layers, imageShape);
  const parameters = planNetwork(layers, imageShape).flatMap(parametersOf);
  let position = 0;

  let x = g.input(inputName, "float", ["batch", channels, height, width]);
  let isFlat = false;
  for (const layer of layers) x = layLayer(layer, x);
  const classes = shapes.at(-1)![2];
  g.output(outputName, "float", ["batch", classes], g.op("Softmax", [x], { axis: 1 }));
  return g.build("digits-recognizer", "classifier");

  function layLayer(layer: Layer, x: Value): Value {
    switch (layer.type) {
      case "conv2d": {
        const { kernelSize, padding } = layer;
        const before = padding === "same" ? (kernelSize - 1) >> 1 : 0;
        const after = padding === "same" ? kernelSize - 1 - before : 0;
        const sums = g.op("Conv", [x, nextParameter(), nextParameter()], {
          kernel_shape: [kernelSize, kernelSize],
          pads: [before, before, after, after],
        });
        return layer.activation === "relu" ? g.op("Relu", [sums]) : sums;
      }
      case "maxPooling2d": {
        const size = [layer.poolSize, layer.poolSize];
        return g.op("MaxPool", [x], { kernel_shape: size, strides: size });
      }
      case "dropout":
        return x;
      case "dense": {
        const flat = isFlat ? x : g.op("Flatten", [x], { axis: 1 });
        isFlat = true;
        const sums = g.op("Gemm", [flat, nextParameter(), nextParameter()]);
        return layer.activation === "relu" ? g.op("Relu", [sums]) : sums;
      }
    }
  }

  function nextParameter(): Value {
    const { dims, size } = parameters.shift()!;
    position += size;
    return g.floats(weights.slice(position - size, position), dims);
  }
}
