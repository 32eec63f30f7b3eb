/**
 * Names that every place where a pipeline runs accepts. Pure.
 *
 * @module
 */
import { checkValue } from "./check_values.ts";
import { artifactSchemas, parameterTypes, type Port, type Ports } from "./port.ts";

const idPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const portPattern = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/**
 * Checks the name of a component, task or pipeline: it becomes the name of
 * Kubernetes objects.
 * @param what begins the error's message: `Cannot define component`
 * @throws {TypeError} when it is not an RFC 1123 label.
 */
export function checkId(what: string, id: string): void {
  if (typeof id !== "string" || !idPattern.test(id)) {
    throw new TypeError(
      `${what} ${JSON.stringify(id)} as its name must be kebab-case: ` +
        `1 to 63 lower-case letters, digits and "-", with no "-" at either end`,
    );
  }
}

/**
 * Checks the name of an input, output or parameter.
 * @param what begins the error's message: `Cannot define component "train" as input`
 * @throws {TypeError} when Kubeflow would not take it.
 */
export function checkPortName(what: string, name: string): void {
  if (!portPattern.test(name)) {
    throw new TypeError(
      `${what} ${JSON.stringify(name)} must be named with a letter, then at most 62 letters, ` +
        `digits and "_"`,
    );
  }
}

/**
 * Checks the names and the defaults of ports.
 * @param what begins the error's message: `Cannot define component "train" as`
 * @param kind what the ports are: `input`
 * @throws {TypeError} when Kubeflow would not take a name or kind, or a default is not of its type.
 */
export function checkPorts(what: string, kind: string, ports: Ports): void {
  for (const [name, port] of Object.entries(ports)) {
    checkPortName(`${what} ${kind}`, name);
    checkKind(`${what} ${kind} "${name}"`, port);
    if ("default" in port) checkValue(`${what} the default of ${kind}`, name, port, port.default);
  }
}

function checkKind(what: string, port: Port): void {
  const [kind, known]: readonly [string, readonly string[]] = port.kind === "param"
    ? [port.type, parameterTypes]
    : [port.schema, artifactSchemas];
  if (known.includes(kind)) return;
  throw new TypeError(`${what} is a ${JSON.stringify(kind)}: choose one of ${known.join(", ")}`);
}

/**
 * Checks that a component can have such outputs.
 * @param what begins the error's message: `Cannot define component "train" as`
 * @throws {TypeError} when one is a list of artifacts.
 */
export function checkOutputKinds(what: string, outputs: Ports): void {
  for (const [name, { kind }] of Object.entries(outputs)) {
    if (kind === "artifacts") {
      throw new TypeError(
        `${what} output "${name}" is a list of artifacts, which only a loop gives: ` +
          `make it one artifact`,
      );
    }
  }
}
