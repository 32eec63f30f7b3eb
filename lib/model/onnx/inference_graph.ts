import type { ImageShape } from "../../digits/digits.ts";
import type { Activation, Layer } from "../layers.ts";
import { networkShape } from "../network_shape.ts";
import { GraphBuilder, type Value } from "./graph_builder.ts";
import { planNetwork } from "./network_plan.ts";
import { cutWeights, parametersOf } from "./parameters.ts";

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
  const classes = networkShape(layers, imageShape).at(-1)![2];
  const parameters = planNetwork(layers, imageShape).flatMap(parametersOf);
  const values = cutWeights(parameters, weights);
  const constants = parameters.map(({ dims }, i) =>
    g.floats(values[i]!, dims, `${i % 2 === 0 ? "kernel" : "bias"}${i >> 1}`)
  );

  let x = g.input(inputName, "float", ["batch", channels, height, width]);
  const firstDense = layers.findIndex(({ type }) => type === "dense");
  for (const [i, layer] of layers.entries()) {
    if (i === firstDense) x = g.op("Flatten", [x], { axis: 1 });
    const hasParameters = layer.type === "conv2d" || layer.type === "dense";
    x = layLayer(g, layer, [x, ...constants.splice(0, hasParameters ? 2 : 0)]);
  }
  g.output(outputName, "float", ["batch", classes], g.op("Softmax", [x], { axis: 1 }));
  return g.build("digits-recognizer", "classifier");
}

/** @param inputs what comes in, and the layer's kernel and bias if it has them */
function layLayer(g: GraphBuilder, layer: Layer, inputs: readonly Value[]): Value {
  switch (layer.type) {
    case "conv2d": {
      const { kernelSize, padding } = layer;
      const before = padding === "same" ? (kernelSize - 1) >> 1 : 0;
      const after = padding === "same" ? kernelSize - 1 - before : 0;
      const attributes = {
        kernel_shape: [kernelSize, kernelSize],
        pads: [before, before, after, after],
      };
      return layActivation(g, layer.activation, g.op("Conv", inputs, attributes));
    }
    case "maxPooling2d": {
      const size = [layer.poolSize, layer.poolSize];
      return g.op("MaxPool", inputs, { kernel_shape: size, strides: size });
    }
    case "dropout":
      return inputs[0]!;
    case "dense":
      return layActivation(g, layer.activation, g.op("Gemm", inputs));
  }
}

function layActivation(g: GraphBuilder, activation: Activation, x: Value): Value {
  return activation === "relu" ? g.op("Relu", [x]) : x;
}
