/**
 * Checks what is wired to what while a pipeline is built: types are checked by
 * the editor too, but not every caller writes TypeScript. Pure.
 *
 * @module
 */
import { checkValue, showValue } from "./check_values.ts";
import type { Condition, WiredCondition } from "./condition.ts";
import type { JsonValue, Port, Ports } from "./port.ts";
import { Ref, type Source } from "./ref.ts";

/** The refs that one pipeline has given out: any other is another pipeline's, or made up. */
export type KnownRefs = ReadonlySet<unknown>;

/**
 * Checks that a wire is one of the pipeline's own refs.
 * @param what begins the error's message: `Cannot define pipeline "digits" as output "model"`
 * @throws {TypeError} when it is no ref.
 * @throws {RangeError} when it is another pipeline's.
 */
export function checkRef(what: string, known: KnownRefs, wire: unknown): Ref {
  if (!(wire instanceof Ref)) {
    throw new TypeError(
      `${what} must be a parameter of the pipeline or an output of a step: got ${showValue(wire)}`,
    );
  }
  if (!known.has(wire)) {
    throw new RangeError(`${what} comes from another pipeline: wire what this one's steps give`);
  }
  return wire;
}

/**
 * Checks the wires of a task.
 * @param what begins the error's message: `Cannot add task "train" to pipeline "digits" as`
 * @throws {TypeError} when one is missing, unknown or does not fit its port.
 * @throws {RangeError} when one is another pipeline's.
 */
export function checkWires(
  what: string,
  known: KnownRefs,
  ports: Ports,
  wires: Readonly<Record<string, unknown>>,
): Record<string, Source> {
  for (const name of Object.keys(wires)) {
    if (!Object.hasOwn(ports, name)) {
      const names = Object.keys(ports).join(", ") || "none";
      throw new TypeError(`${what} input "${name}" is unknown: there are ${names}`);
    }
  }
  const sources: Record<string, Source> = {};
  for (const [name, port] of Object.entries(ports)) {
    const wire = Object.hasOwn(wires, name) ? wires[name] : undefined;
    if (wire !== undefined) sources[name] = checkWire(`${what} input`, known, name, port, wire);
    else if (!("default" in port)) throw new TypeError(`${what} input "${name}" is missing`);
  }
  return sources;
}

function checkWire(
  what: string,
  known: KnownRefs,
  name: string,
  port: Port,
  wire: unknown,
): Source {
  if (port.kind === "param" && !(wire instanceof Ref)) {
    checkValue(what, name, port, wire);
    return { from: "value", value: wire as JsonValue };
  }
  const ref = checkRef(`${what} "${name}"`, known, wire);
  if (!fits(ref.port, port)) {
    throw new TypeError(
      `${what} "${name}" takes ${describe(port)}: got ${describe(ref.port)} from ${
        showSource(ref.source)
      }`,
    );
  }
  return ref.source;
}

/** Whether what comes out of one port can go into the other. Codecs are the type checker's matter. */
function fits(from: Port, to: Port): boolean {
  if (from.kind === "artifact" && to.kind === "artifact") {
    return to.schema === from.schema || to.schema === "system.Artifact";
  }
  if (from.kind === "param" && to.kind === "param") {
    return to.type === from.type || (to.type === "NUMBER_DOUBLE" && from.type === "NUMBER_INTEGER");
  }
  return false;
}

/**
 * Checks the operands of a condition.
 * @param what begins the error's message: `Cannot add a condition to pipeline "digits" as`
 * @throws {TypeError} when they can't be compared in that way.
 * @throws {RangeError} when one is another pipeline's.
 */
export function checkCondition(
  what: string,
  known: KnownRefs,
  { left, compare, right }: WiredCondition,
): Condition {
  const ordered = compare !== "==" && compare !== "!=";
  const [leftType, rightType] = [left, right].map((wire) => {
    const type = wire instanceof Ref
      ? scalarType(checkRef(`${what} its operand`, known, wire).port)
      : typeof wire;
    if (ordered ? type !== "number" : !["number", "string", "boolean"].includes(type)) {
      throw new TypeError(
        `${what} "${compare}" compares ${ordered ? "numbers" : "texts, numbers or booleans"}: got ${
          wire instanceof Ref ? describe(wire.port) : showValue(wire)
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

function toSource(wire: Ref | JsonValue): Source {
  return wire instanceof Ref ? wire.source : { from: "value", value: wire };
}

/** The `typeof` of a parameter's values where they can be compared. */
function scalarType(port: Port): string {
  if (port.kind === "artifact") return "artifact";
  if (port.type === "NUMBER_INTEGER" || port.type === "NUMBER_DOUBLE") return "number";
  return port.type.toLowerCase();
}

function describe(port: Port): string {
  return port.kind === "artifact" ? `an artifact (${port.schema})` : `a parameter (${port.type})`;
}

function showSource(source: Source): string {
  if (source.from === "param") return `parameter "${source.param}"`;
  if (source.from === "task") return `output "${source.output}" of task "${source.task}"`;
  return showValue(source.value);
}
