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
export interface Comparing<Operand = Source> {
  /** What is compared. */
  readonly left: Operand;
  /** How. */
  readonly compare: Comparison;
  /** With what. */
  readonly right: Operand;
}

/** A comparison, or several put together. */
export type Condition<Operand = Source> =
  | Comparing<Operand>
  | { readonly all: readonly Condition<Operand>[] }
  | { readonly any: readonly Condition<Operand>[] }
  | { readonly not: Condition<Operand> };

/** What a condition compares while a pipeline is built. */
export type ConditionWire = ParamWire<string> | ParamWire<number> | ParamWire<boolean>;

/** A condition as it is written in a pipeline's `build`. */
export type WiredCondition = Condition<ConditionWire>;

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

/** Holds when every one of them does; there must be one. */
export function all(...conditions: readonly WiredCondition[]): WiredCondition {
  return { all: conditions };
}

/** Holds when one of them does. */
export function any(...conditions: readonly WiredCondition[]): WiredCondition {
  return { any: conditions };
}

/** Holds when the condition does not. */
export function not(condition: WiredCondition): WiredCondition {
  return { not: condition };
}

/** The same condition of other operands. */
export function mapCondition<A, B>(
  condition: Condition<A>,
  map: (comparing: Comparing<A>) => Comparing<B>,
): Condition<B> {
  if ("all" in condition) return { all: condition.all.map((part) => mapCondition(part, map)) };
  if ("any" in condition) return { any: condition.any.map((part) => mapCondition(part, map)) };
  if ("not" in condition) return { not: mapCondition(condition.not, map) };
  return map(condition);
}

/** Every operand of a condition, in the order they are written. */
export function operandsOf<Operand>(condition: Condition<Operand>): Operand[] {
  if ("all" in condition) return condition.all.flatMap((part) => operandsOf(part));
  if ("any" in condition) return condition.any.flatMap((part) => operandsOf(part));
  if ("not" in condition) return operandsOf(condition.not);
  return [condition.left, condition.right];
}

/** Decides a condition of values. */
export function holds(condition: Condition<JsonValue>): boolean {
  if ("all" in condition) return condition.all.every(holds);
  if ("any" in condition) return condition.any.some(holds);
  if ("not" in condition) return !holds(condition.not);
  return compares(condition);
}

function compares({ left, compare, right }: Comparing<JsonValue>): boolean {
  if (compare === "==") return left === right;
  if (compare === "!=") return left !== right;
  const difference = Number(left) - Number(right);
  if (compare === ">=") return difference >= 0;
  if (compare === "<=") return difference <= 0;
  return compare === ">" ? difference > 0 : difference < 0;
}
