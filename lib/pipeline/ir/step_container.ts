/**
 * What the container of a step runs.
 *
 * @module
 */
import type { Component } from "../component.ts";
import type { ContainerSpec } from "../container_spec.ts";
import { podCommand, podSourceCommand } from "../execute/pod_command.ts";
import type { CompileOptions } from "./compile_options.ts";

/**
 * Linux passes arguments of up to 128 KiB. Kubeflow's own driver gets the whole container as one,
 * in JSON.
 */
const MAX_SOURCE_BYTES = 120_000;

/**
 * The component's own container, or one that executes it in the image.
 * @param what begins the error's message
 * @throws {TypeError} when the image does not have the component and it can't be brought along.
 */
export function stepContainer(
  what: string,
  component: Component,
  { image, command, inImage = () => false, bundle }: CompileOptions,
): ContainerSpec {
  if (component.container !== null) return component.container;
  const input = ["--executor-input", "{{$}}"];
  if (inImage(component)) {
    return { image, command: [...command ?? podCommand(), component.name], args: input, env: {} };
  }
  if (bundle === undefined) {
    throw new TypeError(
      `${what} component "${component.name}" is not in the image: pass options.bundle`,
    );
  }
  const source = checkSource(what, component, bundle(component));
  return {
    image,
    command: command ?? podSourceCommand(),
    args: ["--source", source, ...input],
    env: {},
  };
}

function checkSource(what: string, { name }: Component, source: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify(source)).length;
  if (bytes > MAX_SOURCE_BYTES) {
    throw new TypeError(
      `${what} the source of component "${name}" has ${bytes} bytes as JSON, and Kubeflow passes ` +
        `${MAX_SOURCE_BYTES} at most: build an image that has it`,
    );
  }
  return source;
}
