/**
 * Checks conditions while a pipeline is built. Pure.
 *
 * @module
 */
import { checkRef, checkScope, describePort } from "./check_wires.ts";
import { showValue } from "./check_values.ts";
import type { Comparing, Condition, ConditionWire, WiredCondition } from "./condition.ts";
import { mapCondition } from "./condition.ts";
import type { Port } from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import type { Scope } from "./scope.ts";

/**
 * Checks the operands of a condition.
 * @param what begins the error's message: `Cannot add condition "when-1" to pipeline "digits" as`
 * @param here where it stands
 * @throws {TypeError} when they can't be compared in that way.
 * @throws {RangeError} when one is another pipeline's or comes from within a group.
 */
export function checkCondition(what: string, here: Scope, condition: WiredCondition): Condition {
  checkParts(what, condition);
  return mapCondition(condition, (comparing) => checkComparing(what, here, comparing));
}

function checkParts(what: string, condition: WiredCondition): void {
  if ("not" in condition) return checkParts(what, condition.not);
  const parts = "all" in condition ? condition.all : "any" in condition ? condition.any : null;
  if (parts?.length === 0) throw new TypeError(`${what} all() and any() need a condition`);
  parts?.forEach((part) => checkParts(what, part));
}

function checkComparing(
  what: string,
  here: Scope,
  { left, compare, right }: Comparing<ConditionWire>,
): Comparing {
  const ordered = compare !== "==" && compare !== "!=";
  const [leftType, rightType] = [left, right].map((wire) => {
    if (wire instanceof Ref) checkScope(`${what} its operand`, here, checkRef(what, wire));
    const type = wire instanceof Ref ? scalarType(wire.port) : typeof wire;
    if (ordered ? type !== "number" : !["number", "string", "boolean"].includes(type)) {
      throw new TypeError(
        `${what} "${compare}" compares ${ordered ? "numbers" : "texts, numbers or booleans"}: got ${
          wire instanceof Ref ? describePort(wire.port) : showValue(wire)
        }`,
      );
    }
    return type;
  });
  if (leftType !== rightType) {
    throw new TypeError(`${what} "${compare}" never compares a ${leftType} and a ${rightType}`);
  }
  return { left: toSource(left), compare, right: toSource(right) };
}

function toSource(wire: ConditionWire): Source {
  return wire instanceof Ref ? wire.source : { from: "value", value: wire };
}

/** The `typeof` of a parameter's values where they can be compared. */
function scalarType(port: Port): string {
  if (port.kind !== "param") return port.kind;
  if (port.type === "NUMBER_INTEGER" || port.type === "NUMBER_DOUBLE") return "number";
  return port.type.toLowerCase();
}
