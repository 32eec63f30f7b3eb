/**
 * Conditions in the language that Kubeflow decides them in (CEL). Pure.
 *
 * @module
 */
import type { Comparing, Condition } from "../condition.ts";
import type { JsonValue } from "../port.ts";
import type { Source } from "../ref.ts";
import type { OuterSource } from "./channels.ts";

/** A value of a condition that is among the inputs of the group. */
export interface Operand {
  /** The input's name. */
  readonly name: string;
  /** Whether it is always an integer. */
  readonly integer: boolean;
}

/** Finds the input that a source is; gets what it is compared with, too. */
export type FindOperand = (source: OuterSource, comparing: Comparing) => Operand;

/**
 * The condition as an expression over a group's inputs. Every number is a double in Kubeflow, so
 * numbers that stand in the expression are written as doubles, too, unless both sides are integers.
 */
export function conditionExpression(condition: Condition, find: FindOperand): string {
  if ("all" in condition) return joined(condition.all, " && ", find);
  if ("any" in condition) return joined(condition.any, " || ", find);
  if ("not" in condition) return `!(${conditionExpression(condition.not, find)})`;
  return comparison(condition, find);
}

function joined(parts: readonly Condition[], operator: string, find: FindOperand): string {
  if (parts.length === 1) return conditionExpression(parts[0]!, find);
  return parts.map((part) => {
    const text = conditionExpression(part, find);
    return "all" in part || "any" in part ? `(${text})` : text;
  }).join(operator);
}

function comparison(comparing: Comparing, find: FindOperand): string {
  const { left, compare, right } = comparing;
  const operands = [left, right].map((source) => operandOf(source, comparing, find));
  const integers = operands.every(({ integer }) => integer);
  const [leftText, rightText] = operands.map(({ value, name }) => {
    if (name === null) return literal(value, integers);
    const input = `inputs.parameter_values['${name}']`;
    return integers ? `int(${input})` : input;
  });
  return `${leftText} ${compare} ${rightText}`;
}

function operandOf(source: Source, comparing: Comparing, find: FindOperand) {
  if (source.from === "value") {
    return { value: source.value, name: null, integer: Number.isSafeInteger(source.value) };
  }
  if (source.from === "status") throw new TypeError("Cannot compare a status: pass it to a step");
  return { value: null, ...find(source, comparing) };
}

function literal(value: JsonValue, integers: boolean): string {
  if (typeof value === "string") return quoted(value);
  const text = String(value);
  return typeof value !== "number" || integers || /[.e]/.test(text) ? text : `${text}.0`;
}

function quoted(text: string): string {
  const escaped = text.replace(
    /[\\'\p{Cc}\u2028\u2029]/gu,
    (character) =>
      character === "\\" || character === "'"
        ? `\\${character}`
        : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `'${escaped}'`;
}
