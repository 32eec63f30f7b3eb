import type { GraphBuilder, Value } from "./graph_builder.ts";

/** The largest of several tensors, element by element, and the way back. */
export interface MaxOf {
  readonly value: Value;
  /**
   * What is left of the gradient when it comes to each of them, given out in their order: all of
   * it up to the first that is largest, zero after that. What each of them gets is
   * {@linkcode sharesOf} that.
   */
  backward(gradient: Value): Value[];
}

/** The way back is far cheaper than with the indices of `MaxPool`. */
export function maxOf(g: GraphBuilder, values: readonly Value[]): MaxOf {
  const largest = values.reduce((largest, value) => g.max(largest, value));
  return {
    value: largest,
    backward(gradient) {
      const left = [gradient];
      for (const value of values.slice(0, -1)) {
        left.push(g.multiply(left.at(-1)!, isPositive(g, g.subtract(largest, value))));
      }
      return left;
    },
  };
}

/** What each gets, where this much is left when it comes to it, and nothing after the last. */
export function sharesOf(g: GraphBuilder, left: readonly Value[]): Value[] {
  return left.map((before, i) => {
    const after = left[i + 1];
    return after === undefined ? before : g.subtract(before, after);
  });
}

/**
 * 1 where `a` is positive, else 0. `HardSigmoid` is max(0, min(1, alpha * x + beta)); with so
 * large an alpha it is a step, in one pass of fast arithmetic, where comparing and casting takes
 * two slow ones.
 */
export function isPositive(g: GraphBuilder, a: Value): Value {
  const steep = 1e38; // float32 ends at 3.4e38
  return g.op("HardSigmoid", [a], { alpha: { float: steep }, beta: { float: 0 } });
}
