import type { FeatureMap } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";

/** How wrong the scores are, and the way back. */
export interface LaidLoss {
  /** Weighted sum of the images' cross-entropies, in nats. */
  readonly loss: Value;
  /** Weighted share of the images whose class has the highest score. */
  readonly accuracy: Value;
  /** Gradient of the loss with respect to the scores. */
  readonly gradient: Value;
}

/**
 * Softmax cross-entropy.
 *
 * @param scores one channel a class, one position
 * @param labels bytes `[batch]`
 * @param weights `[batch]`: 1 / n each for the mean of n images; an image with weight 0 has no
 *   effect at all
 */
export function layLoss(
  g: GraphBuilder,
  scores: FeatureMap,
  labels: Value,
  weights: Value,
): LaidLoss {
  const classes = scores.channels;
  const flat = g.reshape(scores.value, classes, scores.batchSize);
  const logs = g.op("LogSoftmax", [flat], { axis: 0 });
  const wanted = g.cast(labels, "int64");
  const offAndOn = g.floats(Float32Array.of(0, 1), [2]);
  const target = g.op("OneHot", [wanted, g.integers([classes]), offAndOn], { axis: 0 });

  const wantedLogs = g.sum(g.multiply(logs, target), 0);
  const highest = g.op("ArgMax", [flat], { axis: 0, keepdims: 0 });
  const isRight = g.cast(g.op("Equal", [highest, wanted]), "float");
  const gradient = g.multiply(g.subtract(g.op("Exp", [logs]), target), weights);
  return {
    loss: g.op("Neg", [g.sum(g.multiply(wantedLogs, weights), 0)]),
    accuracy: g.sum(g.multiply(isRight, weights), 0),
    gradient: g.reshape(gradient, classes, 1, scores.batchSize),
  };
}
