import { imageSize } from "../../digits/digits.ts";
import type { TrainerOptions } from "../engine.ts";
import { layConv } from "./conv_layer.ts";
import { layDense } from "./dense_layer.ts";
import { layDropout } from "./dropout_layer.ts";
import { type FeatureMap, type LaidLayer, layInput, mapDims } from "./feature_map.ts";
import { GraphBuilder, type Value } from "./graph_builder.ts";
import { layLoss } from "./loss_graph.ts";
import type { PlannedLayer } from "./network_plan.ts";
import { layMovingAverage, layUpdate, optimizerSlots } from "./optimizer_graph.ts";
import { layParameters, parametersOf } from "./parameters.ts";
import { layPool } from "./pool_layer.ts";

/** One training step as an ONNX model. */
export interface TrainingGraph {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly batchSize: number;
  /** Bytes of one image. */
  readonly imageSize: number;
  readonly classes: number;
  /** What goes in as `name` and comes out as `next_name`, each with `vectorLength` floats. */
  readonly vectors: readonly string[];
  readonly vectorLength: number;
  /** What dropout layers want to be fed with random uint16. */
  readonly randoms: readonly RandomInput[];
}

/** An input that is random. */
export interface RandomInput {
  readonly name: string;
  readonly dims: readonly number[];
}

/**
 * Forward pass, loss, backward pass and optimizer in one graph.
 *
 * Inputs beside vectors and randoms: `images` bytes `[batch, height * width * channels]`,
 * `labels` bytes `[batch]`, `image_weights` `[batch]`, `rate`, and with averages
 * `average_share`, how far the average moves to the weights. Outputs: `loss`
 * and `accuracy`, weighted sums over the batch.
 */
export function trainingGraph(
  plan: readonly PlannedLayer[],
  { imageShape, optimizer, batchSize, emaMomentum }: Pick<
    TrainerOptions,
    "imageShape" | "optimizer" | "batchSize" | "emaMomentum"
  >,
): TrainingGraph {
  const g = new GraphBuilder();
  const averages = emaMomentum > 0;
  const vectorLength = plan.flatMap(parametersOf).reduce((sum, { size }) => sum + size, 0);
  const slotNames = optimizerSlots(optimizer);
  const vectors = ["weights", ...slotNames, ...(averages ? ["average"] : [])];
  const [height, width, channels] = imageShape;

  const images = g.input("images", "uint8", [batchSize, imageSize(imageShape)]);
  const labels = g.input("labels", "uint8", [batchSize]);
  const imageWeights = g.input("image_weights", "float", [batchSize]);
  const rate = g.input("rate", "float", []);
  for (const name of vectors) g.input(name, "float", [vectorLength]);

  const parameters = layParameters(g, plan, "weights");
  const whole = { height, width, channels };
  const input = layInput(g, images, whole, plan[0]!.input, batchSize);
  const { layers, randoms } = layLayers(g, plan, input, parameters);
  const { loss, accuracy, gradient } = layLoss(g, layers.at(-1)!.output, labels, imageWeights);
  const flatGradient = layBackward(g, plan, layers, gradient);
  const update = layUpdate(g, optimizer, "weights", flatGradient, rate, slotNames);

  g.output("loss", "float", [], loss);
  g.output("accuracy", "float", [], accuracy);
  g.output("next_weights", "float", [vectorLength], update.weights);
  slotNames.forEach((name, i) =>
    g.output(`next_${name}`, "float", [vectorLength], update.slots[i]!)
  );
  if (averages) {
    const share = g.input("average_share", "float", []);
    const average = layMovingAverage(g, "average", update.weights, share);
    g.output("next_average", "float", [vectorLength], average);
  }
  const onnx = g.build("digits-recognizer", "training step");
  return {
    onnx,
    batchSize,
    imageSize: imageSize(imageShape),
    classes: plan.at(-1)!.output.channels,
    vectors,
    vectorLength,
    randoms,
  };
}

function layLayers(
  g: GraphBuilder,
  plan: readonly PlannedLayer[],
  input: FeatureMap,
  parameters: readonly (readonly Value[])[],
): { layers: LaidLayer[]; randoms: RandomInput[] } {
  const randoms: RandomInput[] = [];
  const layers: LaidLayer[] = [];
  let x = input;
  for (const [i, planned] of plan.entries()) {
    const layer = layLayer(planned, x, parameters[i]!);
    layers.push(layer);
    x = layer.output;
  }
  return { layers, randoms };

  function layLayer(planned: PlannedLayer, x: FeatureMap, values: readonly Value[]): LaidLayer {
    switch (planned.type) {
      case "conv":
        return layConv(g, planned, x, [values[0]!, values[1]!]);
      case "pool":
        return layPool(g, planned, x);
      case "dense":
        return layDense(g, planned, x, [values[0]!, values[1]!]);
      case "dropout": {
        const random = { name: `random${randoms.length}`, dims: mapDims(x) };
        randoms.push(random);
        return layDropout(g, x, planned.rate, g.input(random.name, "uint16", random.dims));
      }
    }
  }
}

/** Goes back to the first layer that learns; gives the gradient for the flat vector `weights`. */
function layBackward(
  g: GraphBuilder,
  plan: readonly PlannedLayer[],
  layers: readonly LaidLayer[],
  lossGradient: Value,
): Value {
  const first = plan.findIndex(({ type }) => type === "conv" || type === "dense");
  const gradients: Value[] = [];
  let gradient = lossGradient;
  for (let i = layers.length - 1; i >= first; i--) {
    const { parameters, input } = layers[i]!.backward(gradient);
    gradients.unshift(...parameters.map((parameter) => g.reshape(parameter, -1)));
    if (i > first) gradient = input();
  }
  return g.concat(gradients, 0);
}
