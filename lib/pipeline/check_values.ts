/**
 * Checks values against ports where they enter: types are gone at run time, and
 * not every caller writes TypeScript. Pure.
 *
 * @module
 */
import type { JsonValue, ParameterType, Port, Ports } from "./port.ts";

const maxDepth = 100; // deeper than any sane parameter, and far from overflowing the stack

/** Whether a value survives `JSON.stringify` and back unchanged. */
export function isJson(value: unknown, depth = 0): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (depth === maxDepth) return false;
      if (!Array.isArray(value) && !isPlainObject(value)) return false;
      return Object.values(value).every((inner) => isJson(inner, depth + 1));
    default:
      return false;
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const kinds: Record<ParameterType, { is: string; fits(value: unknown): boolean }> = {
  NUMBER_INTEGER: { is: "an integer", fits: Number.isSafeInteger },
  NUMBER_DOUBLE: { is: "a finite number", fits: Number.isFinite },
  STRING: { is: "text", fits: (value) => typeof value === "string" },
  BOOLEAN: { is: "true or false", fits: (value) => typeof value === "boolean" },
  LIST: { is: "a list of JSON values", fits: (value) => Array.isArray(value) && isJson(value) },
  STRUCT: {
    is: "a JSON object",
    fits: (value) => isPlainObject(value) && isJson(value),
  },
};

/**
 * Checks one value.
 * @param what begins the error's message, up to the port: `Cannot run component "train" as input`
 * @throws {TypeError} when the value is not of the port's type.
 */
export function checkValue(what: string, name: string, port: Port, value: unknown): void {
  if (port.kind === "artifacts" && !Array.isArray(value)) {
    throw new TypeError(`${what} "${name}" must be a list of artifacts: got ${showValue(value)}`);
  }
  if (port.kind !== "param") return; // only its codec knows
  const { is, fits } = kinds[port.type];
  if (!fits(value)) {
    throw new TypeError(`${what} "${name}" must be ${is}: got ${showValue(value)}`);
  }
}

/**
 * Checks values by name and fills in defaults.
 * @param what begins the error's message, up to the port: `Cannot run component "train" as input`
 * @throws {TypeError} when one is missing, unknown or not of its port's type.
 */
export function checkValues(
  what: string,
  ports: Ports,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(ports, name)) {
      const known = Object.keys(ports).join(", ") || "none";
      throw new TypeError(`${what} "${name}" is unknown: there are ${known}`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, port] of Object.entries(ports)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) {
      checkValue(what, name, port, value);
      values[name] = value;
    } else if ("default" in port) {
      values[name] = port.default;
    } else {
      throw new TypeError(`${what} "${name}" is missing`);
    }
  }
  return values;
}

/** A value for an error's message, cut to 60 characters. */
export function showValue(value: unknown): string {
  const shown = isJson(value)
    ? JSON.stringify(value)
    : typeof value === "object"
    ? Object.prototype.toString.call(value)
    : String(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
