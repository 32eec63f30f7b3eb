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
  const classes = networkShape(layers, imageShape).at(-1)![2];
  const scores = layLayers(g, layers, imageShape, weights).at(-1)!;
  g.output(outputName, "float", ["batch", classes], g.op("Softmax", [scores], { axis: 1 }));
  return g.build("digits-recognizer", "classifier");
}

/**
 * The same network giving what comes out of every layer: `layer0`, `layer1` and so on, float
 * `[batch, channels, height, width]`, or `[batch, units]` of a dense layer. Dropout, which passes
 * everything on, gives nothing.
 *
 * @param weights the flat vector of the training graph
 */
export function layersGraph(
  layers: readonly Layer[],
  imageShape: ImageShape,
  weights: Float32Array,
): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder();
  const shapes = networkShape(layers, imageShape);
  layLayers(g, layers, imageShape, weights).forEach((value, i) => {
    const { type } = layers[i]!;
    const [height, width, channels] = shapes[i]!;
    const dims = type === "dense" ? ["batch", channels] : ["batch", channels, height, width];
    if (type !== "dropout") g.output(`layer${i}`, "float", dims, value);
  });
  return g.build("digits-recognizer", "layers");
}

/** @returns what comes out of each layer */
function layLayers(
  g: GraphBuilder,
  layers: readonly Layer[],
  imageShape: ImageShape,
  weights: Float32Array,
): readonly Value[] {
  const [height, width, channels] = imageShape;
  const parameters = planNetwork(layers, imageShape).flatMap(parametersOf);
  const values = cutWeights(parameters, weights);
  const constants = parameters.map(({ dims }, i) =>
    g.floats(values[i]!, dims, `${i % 2 === 0 ? "kernel" : "bias"}${i >> 1}`)
  );
  let x = g.input(inputName, "float", ["batch", channels, height, width]);
  const firstDense = layers.findIndex(({ type }) => type === "dense");
  return layers.map((layer, i) => {
    if (i === firstDense) x = g.op("Flatten", [x], { axis: 1 });
    const hasParameters = layer.type === "conv2d" || layer.type === "dense";
    x = layLayer(g, layer, [x, ...constants.splice(0, hasParameters ? 2 : 0)]);
    return x;
  });
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
