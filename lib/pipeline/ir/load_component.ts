/**
 * Components that others made: Kubeflow's `component.yaml`.
 *
 * @module
 */
import { parseAllDocuments } from "yaml";
import { DataError } from "../../base/errors.ts";
import type { Component } from "../component.ts";
import { defineContainer } from "../container.ts";
import type { Port, Ports } from "../port.ts";
import { readCompiledComponent } from "./read_compiled_component.ts";
import { isObject, type Loose } from "./loaded_component.ts";
import { readOldComponent } from "./read_old_component.ts";

/** What a component's ports are to the type checker, and how its artifacts are read. */
export interface LoadComponentOptions<I extends Ports, O extends Ports> {
  /**
   * What it takes.
   * @default what the text says, without types and with artifacts as bytes
   */
  readonly inputs?: I;
  /**
   * What it gives.
   * @default what the text says, without types and with artifacts as bytes
   */
  readonly outputs?: O;
}

/**
 * Makes a component of the text of a `component.yaml`: of one that Kubeflow's SDK compiled
 * (version 2), or of an older one with `implementation.container`. It runs on Kubeflow only.
 *
 * ```ts
 * import { integer, loadComponent } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const add = loadComponent(
 *   `
 * name: Add
 * inputs: [{ name: a, type: Integer }, { name: b, type: Integer, default: "1" }]
 * outputs: [{ name: total, type: Integer }]
 * implementation:
 *   container:
 *     image: example.com/add:1
 *     command: [add, { inputValue: a }, { inputValue: b }, { outputPath: total }]
 * `,
 *   {
 *     inputs: { a: integer("One"), b: integer("Another", { default: 1 }) },
 *     outputs: { total: integer("Their sum") },
 *   },
 * );
 * console.assert(add.name === "add");
 * ```
 *
 * @throws {DataError} when it is not such a text, or one of more than a container.
 * @throws {TypeError} when it has other ports than `options` says.
 */
export function loadComponent<const I extends Ports = Ports, const O extends Ports = Ports>(
  text: string,
  options: LoadComponentOptions<I, O> = {},
): Component<I, O> {
  const document = parse(text);
  const loaded = "implementation" in document
    ? readOldComponent(document)
    : readCompiledComponent(document);
  const { name } = loaded;
  const inputs = options.inputs ?? loaded.inputs as I;
  const outputs = options.outputs ?? loaded.outputs as O;
  checkAlike(`Cannot load component "${name}" as its inputs`, loaded.inputs, inputs);
  checkAlike(`Cannot load component "${name}" as its outputs`, loaded.outputs, outputs);
  const { description, container } = loaded;
  return defineContainer({ name, description, inputs, outputs, ...container });
}

function parse(text: string): Loose {
  const [document] = parseAllDocuments(text);
  if (document !== undefined && document.errors.length === 0) {
    const value: unknown = document.toJS();
    if (isObject(value)) return value;
  }
  throw new DataError("Cannot load a component as its text is no YAML of an object");
}

function checkAlike(what: string, loaded: Ports, given: Ports): void {
  const show = (ports: Ports) =>
    Object.entries(ports).map(([name, port]) => `${name} (${kindOf(port)})`).sort().join(", ") ||
    "none";
  if (show(loaded) !== show(given)) {
    throw new TypeError(`${what} are ${show(loaded)}: got ${show(given)}`);
  }
}

function kindOf(port: Port): string {
  if (port.kind === "param") return port.type;
  return port.kind === "artifact" ? port.schema : `list of ${port.schema}`;
}
