/**
 * The optimizers as Keras 3 computes them.
 *
 * @module
 */
import type { Optimizer } from "../engine.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";

/** The weights after a step, and what the optimizer remembers of it. */
export interface Update {
  readonly weights: Value;
  /** In the order of {@linkcode optimizerSlots}. */
  readonly slots: readonly Value[];
}

/** The vectors an optimizer remembers from step to step; all start at zero. */
export function optimizerSlots(optimizer: Optimizer): readonly string[] {
  switch (optimizer.name) {
    case "sgd":
      return optimizer.momentum === 0 ? [] : ["momentum"];
    case "rmsprop":
      return optimizer.momentum === 0 ? ["velocity"] : ["velocity", "momentum"];
    case "adam":
      return ["moment1", "moment2"];
  }
}

/**
 * What the graph needs as its `rate`: for Adam the bias correction is in it.
 *
 * @param step 1 for the first
 */
export function effectiveRate(optimizer: Optimizer, learningRate: number, step: number): number {
  if (optimizer.name !== "adam") return learningRate;
  const { beta1, beta2 } = optimizer;
  return learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
}

/** @param slots in the order of {@linkcode optimizerSlots} */
export function layUpdate(
  g: GraphBuilder,
  optimizer: Optimizer,
  weights: Value,
  gradient: Value,
  rate: Value,
  slots: readonly Value[],
): Update {
  switch (optimizer.name) {
    case "sgd":
      return laySgd(g, optimizer, weights, g.multiply(gradient, rate), slots);
    case "rmsprop":
      return layRmsprop(g, optimizer, weights, gradient, rate, slots);
    case "adam":
      return layAdam(g, optimizer, weights, gradient, rate, slots);
  }
}

type Settings<Name> = Extract<Optimizer, { readonly name: Name }>;

function laySgd(
  g: GraphBuilder,
  { momentum, nesterov }: Settings<"sgd">,
  weights: Value,
  stride: Value,
  [before]: readonly Value[],
): Update {
  if (before === undefined) return { weights: g.subtract(weights, stride), slots: [] };
  const now = g.subtract(g.multiply(before, g.scalar(momentum)), stride);
  const move = nesterov ? g.subtract(g.multiply(now, g.scalar(momentum)), stride) : now;
  return { weights: g.add(weights, move), slots: [now] };
}

function layRmsprop(
  g: GraphBuilder,
  { rho, momentum, epsilon }: Settings<"rmsprop">,
  weights: Value,
  gradient: Value,
  rate: Value,
  [squaresBefore, momentumBefore]: readonly Value[],
): Update {
  const square = g.multiply(gradient, gradient);
  const squares = g.add(
    g.multiply(squaresBefore!, g.scalar(rho)),
    g.multiply(square, g.scalar(1 - rho)),
  );
  const root = g.op("Sqrt", [g.add(squares, g.scalar(epsilon))]);
  const stride = g.divide(g.multiply(gradient, rate), root);
  if (momentumBefore === undefined) {
    return { weights: g.subtract(weights, stride), slots: [squares] };
  }
  const now = g.add(g.multiply(momentumBefore, g.scalar(momentum)), stride);
  return { weights: g.subtract(weights, now), slots: [squares, now] };
}

function layAdam(
  g: GraphBuilder,
  { beta1, beta2, epsilon }: Settings<"adam">,
  weights: Value,
  gradient: Value,
  rate: Value,
  [meanBefore, squaresBefore]: readonly Value[],
): Update {
  const mean = layMovingAverage(g, meanBefore!, gradient, g.scalar(1 - beta1));
  const square = g.multiply(gradient, gradient);
  const squares = layMovingAverage(g, squaresBefore!, square, g.scalar(1 - beta2));
  const root = g.add(g.op("Sqrt", [squares]), g.scalar(epsilon));
  return {
    weights: g.subtract(weights, g.divide(g.multiply(mean, rate), root)),
    slots: [mean, squares],
  };
}

/** `before`, moved by this share of the way to `now`. */
export function layMovingAverage(
  g: GraphBuilder,
  before: Value,
  now: Value,
  share: Value,
): Value {
  return g.add(before, g.multiply(g.subtract(now, before), share));
}
