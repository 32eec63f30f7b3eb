import { equal, throws } from "node:assert/strict";
import { all, any, not } from "../../../lib/pipeline/condition.ts";
import type { Comparison, Condition } from "../../../lib/pipeline/condition.ts";
import { conditionExpression } from "../../../lib/pipeline/ir/condition_expression.ts";
import type { JsonValue } from "../../../lib/pipeline/port.ts";

const expression = (condition: Condition) =>
  conditionExpression(condition, (source) => {
    const name = source.from === "param" ? source.param : "";
    return { name, integer: name.startsWith("n") };
  });
const compare = (param: string, compare: Comparison, value: JsonValue): Condition => ({
  left: { from: "param", param },
  compare,
  right: { from: "value", value },
});
const input = (name: string) => `inputs.parameter_values['${name}']`;

Deno.test("conditionExpression() compares integers as integers, and other numbers as doubles", () => {
  equal(expression(compare("n", ">", 3)), `int(${input("n")}) > 3`);
  equal(expression(compare("n", ">", -3)), `int(${input("n")}) > -3`);
  equal(expression(compare("n", ">=", 5.5)), `${input("n")} >= 5.5`);
  equal(expression(compare("x", "<", 1)), `${input("x")} < 1.0`);
  equal(expression(compare("x", "<", 1e-7)), `${input("x")} < 1e-7`);
  equal(expression(compare("x", "<", 1e21)), `${input("x")} < 1e+21`);
  const [left, right] = ["n", "x"].map((param) => ({ from: "param", param }) as const);
  equal(
    expression({ left: left!, compare: "==", right: right! }),
    `${input("n")} == ${input("x")}`,
  );
});

Deno.test("conditionExpression() quotes texts so that nothing in them is code", () => {
  equal(expression(compare("x", "==", "a")), `${input("x")} == 'a'`);
  equal(expression(compare("x", "==", true)), `${input("x")} == true`);
  equal(expression(compare("x", "!=", "it's")), `${input("x")} != 'it\\'s'`);
  equal(
    expression(compare("x", "!=", "\\' || true\n\u2028é")),
    `${input("x")} != '\\\\\\' || true\\u000a\\u2028é'`,
  );
});

Deno.test("conditionExpression() sets parentheses where they are needed", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => compare(name, "==", true));
  const [ta, tb, tc] = ["a", "b", "c"].map((name) => `${input(name)} == true`);
  const data = (condition: unknown) => expression(condition as Condition);
  equal(data(all(a as never, b as never)), `${ta} && ${tb}`);
  equal(data(all(a as never, any(b as never, c as never))), `${ta} && (${tb} || ${tc})`);
  equal(data(any(all(a as never, b as never), c as never)), `(${ta} && ${tb}) || ${tc}`);
  equal(data(not(any(a as never, b as never))), `!(${ta} || ${tb})`);
  equal(data(all(not(a as never), b as never)), `!(${ta}) && ${tb}`);
});

Deno.test("conditionExpression() refuses a status", () => {
  const status = { from: "status", exit: "exit-1" } as const;
  throws(
    () => expression({ left: status, compare: "==", right: { from: "value", value: "x" } }),
    /Cannot compare a status: pass it to a step/,
  );
});
