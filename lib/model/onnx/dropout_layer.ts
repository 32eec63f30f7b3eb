import type { FeatureMap, LaidLayer } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";

/** Values that one random input can have. */
const steps = 0x1_0000;

/**
 * Of the {@linkcode steps} values of a random input, how many drop: those below.
 * So a rate is used to the nearest 1/65536.
 */
export function droppingSteps(rate: number): number {
  return Math.min(steps - 1, Math.round(rate * steps));
}

/**
 * Zeroes some values and scales the rest up.
 *
 * @param random uint16 of the map's shape. It comes from outside, as random
 * numbers made in the graph are slow and their state can't be saved.
 */
export function layDropout(
  g: GraphBuilder,
  x: FeatureMap,
  rate: number,
  random: Value,
): LaidLayer {
  const dropping = droppingSteps(rate);
  // HardSigmoid is max(0, min(1, alpha * x + beta)): between integers, a step.
  const isKept = g.op("HardSigmoid", [g.cast(random, "float")], {
    alpha: { float: 1 },
    beta: { float: 1 - dropping },
  });
  const mask = g.multiply(isKept, g.scalar(steps / (steps - dropping)));
  return {
    output: { ...x, value: g.multiply(x.value, mask) },
    backward: (gradient) => ({ parameters: [], input: () => g.multiply(gradient, mask) }),
  };
}
