/**
 * Conditions and sources in a few words. Pure.
 *
 * @module
 */
import type { Condition } from "../pipeline/condition.ts";
import type { Source } from "../pipeline/ref.ts";

const signs = { ">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "=", "!=": "≠" } as const;

/** `accuracy ≥ min_accuracy` */
export function conditionText(condition: Condition): string {
  if ("all" in condition) return condition.all.map(conditionText).join(" and ");
  if ("any" in condition) return condition.any.map(conditionText).join(" or ");
  if ("not" in condition) return `not (${conditionText(condition.not)})`;
  const { left, compare, right } = condition;
  return `${sourceText(left)} ${signs[compare]} ${sourceText(right)}`;
}

/** `accuracy`, `item.rate` */
export function sourceText(source: Source): string {
  const field = source.field === undefined ? "" : `.${source.field}`;
  switch (source.from) {
    case "param":
      return source.param + field;
    case "task":
      return source.output + field;
    case "item":
      return `item${field}`;
    case "status":
      return `status${field}`;
    case "value":
      return JSON.stringify(source.value);
  }
}
