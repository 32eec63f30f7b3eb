/**
 * Conditions: comparisons of values that a pipeline will have once it runs. They
 * are plain data, so that Kubeflow can decide them too.
 *
 * @module
 */
import type { JsonValue } from "./port.ts";
import type { ParamWire, Source } from "./ref.ts";

/** How two values are compared. */
export type Comparison = ">=" | "<=" | ">" | "<" | "==" | "!=";

/** A comparison of two operands: wires while a pipeline is built, sources from then on. */
export interface Condition<Operand = Source> {
  /** What is compared. */
  readonly left: Operand;
  /** How. */
  readonly compare: Comparison;
  /** With what. */
  readonly right: Operand;
}

/** A condition as it is written in a pipeline's `build`. */
export type WiredCondition = Condition<ParamWire<string> | ParamWire<number> | ParamWire<boolean>>;

/** `left >= right` */
export function atLeast(left: ParamWire<number>, right: ParamWire<number>): WiredCondition {
  return { left, compare: ">=", right };
}

/** `left <= right` */
export function atMost(left: ParamWire<number>, right: ParamWire<number>): WiredCondition {
  return { left, compare: "<=", right };
}

/** `left > right` */
export function moreThan(left: ParamWire<number>, right: ParamWire<number>): WiredCondition {
  return { left, compare: ">", right };
}

/** `left < right` */
export function lessThan(left: ParamWire<number>, right: ParamWire<number>): WiredCondition {
  return { left, compare: "<", right };
}

/** `left == right`, of two texts, two numbers or two booleans */
export function equal<T extends string | number | boolean>(
  left: ParamWire<T>,
  right: ParamWire<T>,
): WiredCondition {
  return { left, compare: "==", right } as WiredCondition;
}

/** `left != right`, of two texts, two numbers or two booleans */
export function notEqual<T extends string | number | boolean>(
  left: ParamWire<T>,
  right: ParamWire<T>,
): WiredCondition {
  return { left, compare: "!=", right } as WiredCondition;
}

/** Decides a comparison of two values of one type. */
export function holds(left: JsonValue, compare: Comparison, right: JsonValue): boolean {
  if (compare === "==") return left === right;
  if (compare === "!=") return left !== right;
  const difference = Number(left) - Number(right);
  if (compare === ">=") return difference >= 0;
  if (compare === "<=") return difference <= 0;
  return compare === ">" ? difference > 0 : difference < 0;
}
