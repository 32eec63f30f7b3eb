import type { GraphBuilder, Value } from "./graph_builder.ts";

/** The largest of several tensors, element by element, and the way back. */
export interface MaxOf {
  readonly value: Value;
  /** The gradient for each of them: whole for the first that is largest, zero for the others. */
  backward(gradient: Value): Value[];
}

/**
 * Lets tensors of one shape play a knock-out tournament: the backward pass
 * walks it from the final to the first round, which is far cheaper than the
 * indices of `MaxPool`.
 */
export function maxOf(g: GraphBuilder, values: readonly Value[]): MaxOf {
  if (values.length === 1) {
    return { value: values[0]!, backward: (gradient) => [gradient] };
  }
  const middle = values.length >> 1;
  const first = maxOf(g, values.slice(0, middle));
  const second = maxOf(g, values.slice(middle));
  return {
    value: g.max(first.value, second.value),
    backward(gradient) {
      const toFirst = g.multiply(gradient, isAtLeast(g, first.value, second.value));
      const toSecond = g.subtract(gradient, toFirst);
      return [...first.backward(toFirst), ...second.backward(toSecond)];
    },
  };
}

/** 1 where `a` is positive, else 0. */
export function isPositive(g: GraphBuilder, a: Value): Value {
  return step(g, a, 0);
}

/** 1 where `a` is `b` or more, else 0. */
function isAtLeast(g: GraphBuilder, a: Value, b: Value): Value {
  return step(g, g.subtract(a, b), 1);
}

/**
 * 1 above zero, 0 below, and `atZero` at zero. `HardSigmoid` is
 * max(0, min(1, alpha * x + beta)); with so large an alpha it is a step, in one
 * pass of fast arithmetic, where comparing and casting takes two slow ones.
 */
function step(g: GraphBuilder, x: Value, atZero: 0 | 1): Value {
  const steep = 1e38; // float32 ends at 3.4e38
  return g.op("HardSigmoid", [x], { alpha: { float: steep }, beta: { float: atZero } });
}
