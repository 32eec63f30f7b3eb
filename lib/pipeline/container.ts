/**
 * Components that are nothing but an image to run. Kubeflow puts values and
 * places into their command; this process can't run them.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { checkContainer } from "./check_container.ts";
import { checkId, checkOutputKinds, checkPorts } from "./check_names.ts";
import type { Component } from "./component.ts";
import type { Ports } from "./port.ts";

/** What {@linkcode defineContainer} takes. */
export interface ContainerOptions<I extends Ports, O extends Ports> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** What it takes. */
  readonly inputs: I;
  /** What it gives. */
  readonly outputs: O;
  /** The image's name. */
  readonly image: string;
  /** The program: an image's own entry point is ignored on Kubeflow. */
  readonly command: readonly string[];
  /**
   * What follows the program.
   * @default []
   */
  readonly args?: readonly string[];
  /**
   * Environment variables.
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * True when it changes something outside: then it is never replaced by a cached result.
   * @default false
   */
  readonly effects?: boolean;
}

/** Stands for the value of a parameter: a list or a struct is there as JSON. */
export function inputValue(name: string): string {
  return `{{$.inputs.parameters['${name}']}}`;
}

/** Stands for where an input artifact is: `s3://…`. */
export function inputUri(name: string): string {
  return `{{$.inputs.artifacts['${name}'].uri}}`;
}

/** Stands for the file or folder that an input artifact is in. */
export function inputPath(name: string): string {
  return `{{$.inputs.artifacts['${name}'].path}}`;
}

/** Stands for where an output artifact is to be: `s3://…`. */
export function outputUri(name: string): string {
  return `{{$.outputs.artifacts['${name}'].uri}}`;
}

/**
 * Stands for the file that an output has to be written to; for an artifact it may be a folder.
 * The container makes the folder around it.
 */
export function outputPath(name: string): string {
  return `{{$.outputs.artifacts['${name}'].path}}`;
}

/**
 * Makes a component of an image. It runs on Kubeflow only.
 *
 * ```ts
 * import {
 *   defineContainer,
 *   inputValue,
 *   outputPath,
 *   text,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const greet = defineContainer({
 *   name: "greet",
 *   description: "Greets",
 *   inputs: { who: text("Whom") },
 *   outputs: { greeting: text("The greeting") },
 *   image: "alpine:3.22",
 *   command: ["sh", "-c", 'mkdir -p "$(dirname "$1")" && echo "Hello $0" > "$1"'],
 *   args: [inputValue("who"), outputPath("greeting")],
 * });
 * console.assert(greet.container?.image === "alpine:3.22");
 * ```
 *
 * @throws {TypeError} when a name can't be used, or a text stands for a port that there is not.
 */
export function defineContainer<const I extends Ports, const O extends Ports>(
  options: ContainerOptions<I, O>,
): Component<I, O> {
  const { name, description, inputs, outputs, image, args = [], env = {} } = options;
  const { effects = false } = options;
  const what = `Cannot define component "${name}" as`;
  checkId("Cannot define component", name);
  checkPorts(what, "input", inputs);
  checkPorts(what, "output", outputs);
  checkOutputKinds(what, outputs);
  const { command } = options;
  const container = checkContainer(what, { image, command, args, env }, { inputs, outputs });
  const refuse = (): Promise<never> =>
    Promise.reject(
      new UsageError(
        `Cannot run component "${name}" here as it runs the image ${image}: ` +
          `run its pipeline on Kubeflow`,
      ),
    );
  return {
    name,
    description,
    inputs,
    outputs,
    effects,
    version: "1",
    source: JSON.stringify(container),
    findSource: null,
    container,
    run: refuse,
    find: refuse,
    fingerprint: refuse,
  };
}
