/**
 * Checks what is wired to what while a pipeline is built: types are checked by
 * the editor too, but not every caller writes TypeScript. Pure.
 *
 * @module
 */
import { checkValue, showValue } from "./check_values.ts";
import type { JsonValue, Port, Ports } from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import { pipelineOf, type Scope, scopesFrom } from "./scope.ts";

/**
 * Checks that a wire is a ref.
 * @param what begins the error's message: `Cannot define pipeline "digits" as output "model"`
 * @throws {TypeError} when it is none.
 */
export function checkRef(what: string, wire: unknown): Ref {
  if (wire instanceof Ref) return wire;
  throw new TypeError(
    `${what} must be a parameter of the pipeline or an output of a step: got ${showValue(wire)}`,
  );
}

/**
 * Checks that a ref may be used somewhere.
 * @param here where it is used
 * @param leaky groups that it may come out of
 * @throws {RangeError} when it comes from another pipeline, or from within a group.
 */
export function checkScope(
  what: string,
  here: Scope,
  ref: Ref,
  leaky: readonly Scope["kind"][] = [],
): void {
  if (pipelineOf(ref.scope) !== pipelineOf(here)) {
    throw new RangeError(`${what} comes from another pipeline: wire what this one's steps give`);
  }
  const open = new Set(scopesFrom(here));
  const closed = scopesFrom(ref.scope).filter((scope) => !open.has(scope));
  const reason = closed.findLast(({ kind }) => !leaky.includes(kind));
  if (reason !== undefined) {
    throw new RangeError(`${what} comes from ${showSource(ref.source)} ${whyClosed(reason)}`);
  }
}

function whyClosed({ kind, id }: Scope): string {
  switch (kind) {
    case "when":
      return `within condition "${id}", which may not hold: use it there, or give it with oneOf()`;
    case "branch":
      return `within a branch of "${id}", which may not run: return it from every branch`;
    case "for-each":
      return `within loop "${id}", which gives one a turn: return it from there as a list`;
    case "exit":
      return `within exit handler "${id}", which only the pipeline's outputs may leave: use it there`;
    case "call":
      return `whose pipeline may skip it, or has it from no step: use another output`;
    case "pipeline":
      return `of pipeline "${id}": use it there`;
  }
}

/**
 * Checks the wires of a task.
 * @param what begins the error's message: `Cannot add task "train" to pipeline "digits" as`
 * @param here where they are used
 * @throws {TypeError} when one is missing, unknown or does not fit its port.
 * @throws {RangeError} when one is another pipeline's or comes from within a group.
 */
export function checkWires(
  what: string,
  here: Scope,
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
    if (wire !== undefined) sources[name] = checkWire(`${what} input`, here, name, port, wire);
    else if (!("default" in port)) throw new TypeError(`${what} input "${name}" is missing`);
  }
  return sources;
}

/**
 * Checks one wire.
 * @param what begins the error's message, up to the port's name
 * @throws {TypeError} when it does not fit its port.
 * @throws {RangeError} when it is another pipeline's or comes from within a group.
 */
export function checkWire(
  what: string,
  here: Scope,
  name: string,
  port: Port,
  wire: unknown,
): Source {
  if (port.kind === "param" && !(wire instanceof Ref)) {
    checkValue(what, name, port, wire);
    return { from: "value", value: wire as JsonValue };
  }
  const ref = checkRef(`${what} "${name}"`, wire);
  checkScope(`${what} "${name}"`, here, ref);
  if (!fits(ref.port, port)) {
    throw new TypeError(
      `${what} "${name}" takes ${describePort(port)}: got ${describePort(ref.port)} from ${
        showSource(ref.source)
      }`,
    );
  }
  return ref.source;
}

/** Whether what comes out of one port can go into the other. Codecs are the type checker's matter. */
export function fits(from: Port, to: Port): boolean {
  if (from.kind === "param" && to.kind === "param") {
    return to.type === from.type || (to.type === "NUMBER_DOUBLE" && from.type === "NUMBER_INTEGER");
  }
  if (from.kind === "param" || to.kind === "param" || from.kind !== to.kind) return false;
  return to.schema === from.schema || to.schema === "system.Artifact";
}

/** What a port is, for an error's message. */
export function describePort(port: Port): string {
  if (port.kind === "param") return `a parameter (${port.type})`;
  return port.kind === "artifact" ? `an artifact (${port.schema})` : `artifacts (${port.schema})`;
}

/** Where a value comes from, for an error's message. */
export function showSource(source: Source): string {
  const { field } = source;
  const whole = showWhole(source);
  return field === undefined ? whole : `member "${field}" of ${whole}`;
}

function showWhole(source: Source): string {
  switch (source.from) {
    case "param":
      return `parameter "${source.param}"`;
    case "task":
      return `output "${source.output}" of task "${source.task}"`;
    case "item":
      return `the item of loop "${source.loop}"`;
    case "status":
      return `the status of "${source.exit}"`;
    case "value":
      return showValue(source.value);
  }
}
