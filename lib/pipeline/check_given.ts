/**
 * Checks what a group of steps gives while a pipeline is built. Pure.
 *
 * @module
 */
import { checkPortName } from "./check_names.ts";
import { showValue } from "./check_values.ts";
import { checkRef, describePort, fits } from "./check_wires.ts";
import { givesSurely } from "./gives_surely.ts";
import type { Port, Ports } from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import type { Traced } from "./trace.ts";

/** What a group gives: where from, and as what. */
export interface Given {
  readonly sources: Readonly<Record<string, Source>>;
  readonly ports: Ports;
}

/** What a group gives that gives nothing. */
export const nothing: Given = { sources: {}, ports: {} };

/**
 * Checks what a branch or a loop gives: outputs of its own steps.
 * @throws {TypeError} when something else is given.
 * @throws {RangeError} when it comes from outside or from a group within, or may be skipped.
 */
export function checkGiven(
  what: string,
  { result: given = {}, nodes, scope }: Traced<unknown>,
): Given {
  if (typeof given !== "object" || given === null || given instanceof Ref) {
    throw new TypeError(
      `${what} its build must return outputs of steps by name: got ${showValue(given)}`,
    );
  }
  const sources: Record<string, Source> = {};
  const ports: Record<string, Port> = {};
  for (const [name, wire] of Object.entries(given)) {
    checkPortName(`${what} output`, name);
    const ref = checkRef(`${what} output "${name}"`, wire);
    if (ref.scope !== scope || !givesSurely(nodes, ref.source)) {
      throw new RangeError(
        `${what} output "${name}" must come from a step or group that is directly within, and ` +
          `after no condition: others may be left out`,
      );
    }
    sources[name] = ref.source;
    ports[name] = ref.port;
  }
  return { sources, ports };
}

/**
 * Checks that two branches give the same.
 * @throws {TypeError} when they do not.
 */
export function checkAlike(what: string, first: Ports, other: Ports): void {
  const [names, others] = [first, other].map((ports) => Object.keys(ports).sort().join(", "));
  if (names !== others) {
    throw new TypeError(
      `${what} one branch gives ${names || "nothing"} and another ${others || "nothing"}: ` +
        `return the same names from all`,
    );
  }
  for (const [name, port] of Object.entries(other)) {
    const expected = first[name]!;
    if (!fits(port, expected) || !fits(expected, port)) {
      throw new TypeError(
        `${what} one branch gives ${describePort(expected)} as "${name}" and another ` +
          `${describePort(port)}: return the same kind from all`,
      );
    }
  }
}
