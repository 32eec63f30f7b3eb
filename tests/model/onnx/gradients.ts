/** Compares an engine's gradient with the slope of the reference network's loss. */
import { Random } from "../../../lib/base/random.ts";
import type { ImageShape } from "../../../lib/digits/digits.ts";
import type { Engine } from "../../../lib/model/engine.ts";
import type { Layer } from "../../../lib/model/layers.ts";
import { droppingSteps } from "../../../lib/model/onnx/dropout_layer.ts";
import { planNetwork } from "../../../lib/model/onnx/network_plan.ts";
import { sgd } from "../../../lib/model/optimizers.ts";
import { parameterCount } from "../../../lib/model/summary.ts";
import { finiteDifferences, type Keep, referenceLoss } from "../reference_network.ts";

/** A network and something to learn. */
export interface Case {
  readonly layers: readonly Layer[];
  readonly imageShape: ImageShape;
  readonly weights: Float32Array;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Weights, pictures and labels at random. */
export function randomCase(
  layers: readonly Layer[],
  imageShape: ImageShape,
  count: number,
  seed = 1,
): Case {
  const random = new Random(seed);
  const [height, width, channels] = imageShape;
  const last = layers.at(-1)!;
  const classes = last.type === "dense" ? last.units : 0;
  const randoms = (length: number, draw: () => number) => Array.from({ length }, draw);
  return {
    layers,
    imageShape,
    weights: Float32Array.from(
      randoms(parameterCount(layers, imageShape), () => random.uniform(-0.5, 0.5)),
    ),
    images: Uint8Array.from(randoms(count * height * width * channels, () => random.integer(256))),
    labels: Uint8Array.from(randoms(count, () => random.integer(classes))),
  };
}

/** The generator that dropout starts from in {@linkcode engineGradient}. */
const dropoutSeed = 5;

/**
 * Loss and gradient as the engine computes them. Plain SGD moves the weights by
 * the gradient; the rate is a large power of two, so that rounding the weights
 * loses next to nothing.
 */
export async function engineGradient(
  engine: Engine,
  { layers, imageShape, weights, images, labels }: Case,
  batchSize = labels.length,
): Promise<{ readonly loss: number; readonly gradient: Float64Array }> {
  const state = { vectors: { weights }, steps: 0, random: new Random(dropoutSeed).state };
  const options = { imageShape, optimizer: sgd(), batchSize, seed: 1, emaMomentum: 0, state };
  await using trainer = await engine.trainer(layers, options);
  const learningRate = 2 ** 16;
  const { loss } = await trainer.step({ images, labels }, { learningRate });
  const after = (await trainer.save()).vectors["weights"]!;
  const gradient = Float64Array.from(after, (value, i) => (weights[i]! - value) / learningRate);
  return { loss, gradient };
}

/** The reference network's loss for any weights, with {@linkcode engineGradient}'s dropout. */
export function referenceLossOf(tested: Case): (weights: Float64Array) => number {
  const keep = dropoutMasks(tested);
  return (weights) => referenceLoss(tested.layers, tested.imageShape, weights, tested, keep);
}

/** Loss and gradient by the reference network and finite differences. */
export function referenceGradient(
  tested: Case,
): { readonly loss: number; readonly gradient: Float64Array } {
  const lossAt = referenceLossOf(tested);
  const weights = Float64Array.from(tested.weights);
  return { loss: lossAt(weights), gradient: finiteDifferences(lossAt, weights) };
}

/** Length of the difference by the length of the second. */
export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference += (found[i]! - wanted[i]!) ** 2;
    length += wanted[i]! ** 2;
  }
  return Math.sqrt(difference / length);
}

/** The masks that a trainer draws, layer by layer, when the batch is full. */
function dropoutMasks({ layers, imageShape, labels }: Case): Keep {
  const random = new Random(dropoutSeed);
  const batch = labels.length;
  const masks = planNetwork(layers, imageShape).flatMap((planned) => {
    if (planned.type !== "dropout") return [];
    const { channels, height, width } = planned.output;
    const words = new Uint32Array(Math.ceil(channels * height * width * batch / 2));
    const halves = new Uint16Array(words.map(() => random.bits()).buffer);
    const dropping = droppingSteps(planned.rate);
    const kept = 0x1_0000 / (0x1_0000 - dropping);
    return [(image: number, channel: number, row: number, column: number) => {
      // What a later pooling drops has no mask, and no effect.
      if (row >= height || column >= width) return 0;
      const bits = halves[((channel * height + row) * width + column) * batch + image]!;
      return bits < dropping ? 0 : kept;
    }];
  });
  const dropouts = layers.keys().filter((i) => isDropout(layers[i]!)).toArray();
  return (layer, ...place) => masks[dropouts.indexOf(layer)]?.(...place) ?? 1;
}

function isDropout(layer: Layer): boolean {
  return layer.type === "dropout" && layer.rate > 0;
}
