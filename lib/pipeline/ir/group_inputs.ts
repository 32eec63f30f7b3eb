/**
 * What goes into a group.
 *
 * @module
 */
import type { Comparing, Condition } from "../condition.ts";
import type { ParameterType, Port } from "../port.ts";
import { channelName, operandName, type OuterSource } from "./channels.ts";
import { barePort } from "./component_spec.ts";
import { conditionExpression } from "./condition_expression.ts";
import type { DagPlace } from "./dag_place.ts";

/** A value that goes into a group: where it comes from, and what it is there. */
export interface GroupInput {
  /** Seen from around the group. */
  readonly source: OuterSource;
  /** Without what is for people. */
  readonly port: Port;
}

/** The inputs of a group by name. */
export type GroupInputs = Readonly<Record<string, GroupInput>>;

/** Inputs for these values. */
export function channelInputs(sources: readonly OuterSource[], { portOf }: DagPlace): GroupInputs {
  return Object.fromEntries(
    sources.map((source) => [channelName(source), { source, port: barePort(portOf(source)) }]),
  );
}

/** A condition as an expression, and the inputs that it is over. */
export function compileCondition(
  condition: Condition,
  { portOf, beside }: DagPlace,
): { readonly expression: string; readonly inputs: GroupInputs } {
  const inputs: Record<string, GroupInput> = {};
  const expression = conditionExpression(condition, (source, comparing) => {
    const type = typeOf(source, comparing, portOf);
    const name = operandName(source, source.from === "task" && beside.has(source.task));
    inputs[name] = { source, port: { kind: "param", type, description: "" } };
    return { name, integer: type === "NUMBER_INTEGER" };
  });
  return { expression, inputs };
}

/** The graph does not tell what a struct's member is; what it is compared with does. */
function typeOf(
  source: OuterSource,
  { left, compare, right }: Comparing,
  portOf: DagPlace["portOf"],
): ParameterType {
  const declared = (operand: Comparing["left"]): ParameterType | null => {
    if (operand.from === "value") return typeOfValue(operand.value);
    const port = portOf(operand);
    return operand.field === undefined && port.kind === "param" ? port.type : null;
  };
  const type = declared(source);
  if (type !== null) return type;
  const other = declared(source === left ? right : left);
  if (other === "NUMBER_INTEGER") return "NUMBER_DOUBLE"; // the member may be 0.5
  if (other !== null) return other;
  // Two members: Kubeflow makes JSON text of anything that goes into a text, which compares alike.
  return compare === "==" || compare === "!=" ? "STRING" : "NUMBER_DOUBLE";
}

function typeOfValue(value: unknown): ParameterType {
  if (typeof value === "boolean") return "BOOLEAN";
  return typeof value === "string" ? "STRING" : "NUMBER_DOUBLE";
}
