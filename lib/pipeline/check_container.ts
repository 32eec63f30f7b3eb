/**
 * Checks what a container runs. Pure.
 *
 * @module
 */
import { showValue } from "./check_values.ts";
import type { ContainerSpec } from "./container_spec.ts";
import type { Ports } from "./port.ts";

const placeholderPattern =
  /\{\{\$\.(inputs|outputs)\.(parameters|artifacts)\['([^']*)'\](?:\.(?:uri|path|output_file))?\}\}/g;

/**
 * Checks a container's texts, and makes every place that an output parameter is to be written to
 * the one that Kubeflow has for parameters.
 * @param what begins the error's message: `Cannot define component "greet" as`
 * @throws {TypeError} when a text stands for a port that there is not.
 */
export function checkContainer(
  what: string,
  { image, command, args, env }: ContainerSpec,
  ports: { readonly inputs: Ports; readonly outputs: Ports },
): ContainerSpec {
  if (typeof image !== "string" || !/^\S+$/.test(image)) {
    throw new TypeError(`${what} its image must be named: got ${showValue(image)}`);
  }
  if (command.length === 0) {
    throw new TypeError(`${what} it has no command: Kubeflow ignores an image's entry point`);
  }
  const complete = (text: string): string => completeText(what, text, ports);
  return {
    image,
    command: command.map(complete),
    args: args.map(complete),
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, complete(text)])),
  };
}

function completeText(
  what: string,
  text: string,
  ports: { readonly inputs: Ports; readonly outputs: Ports },
): string {
  return text.replaceAll(placeholderPattern, (all, side: "inputs" | "outputs", kind, name) => {
    const port = Object.hasOwn(ports[side], name) ? ports[side][name] : undefined;
    if (port?.kind === "param") {
      if (kind === "parameters") return all;
      if (all === `{{$.outputs.artifacts['${name}'].path}}`) {
        return `{{$.outputs.parameters['${name}'].output_file}}`;
      }
    } else if (port !== undefined && kind === "artifacts") {
      return all;
    }
    const names = Object.keys(ports[side]).join(", ") || "none";
    const reason = port === undefined
      ? `there is no such ${side.slice(0, -1)}: there are ${names}`
      : `"${name}" is ${port.kind === "param" ? "a parameter" : "an artifact"}`;
    throw new TypeError(`${what} its ${all} stands for nothing as ${reason}`);
  });
}
