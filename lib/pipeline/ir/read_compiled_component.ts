/**
 * `component.yaml` as Kubeflow's SDK 2 compiles it: a pipeline of one task.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import type { Port, Ports } from "../port.ts";
import {
  artifactPort,
  isObject,
  kebabCase,
  type LoadedComponent,
  type Loose,
  objectAt,
  paramPort,
  textAt,
  textsAt,
} from "./loaded_component.ts";

/** @throws {DataError} when it is a pipeline of more than one container. */
export function readCompiledComponent(document: Loose): LoadedComponent {
  const name = kebabCase(textAt(objectAt(document, "pipelineInfo"), "name")) || "component";
  const what = `Cannot load component "${name}" as`;
  const tasks = Object.values(objectAt(document, "root", "dag", "tasks"));
  const [task] = tasks;
  const components = objectAt(document, "components");
  const key = isObject(task) ? textAt(objectAt(task, "componentRef"), "name") : "";
  const component = objectAt(components, key);
  const label = textAt(component, "executorLabel");
  const executor = objectAt(document, "deploymentSpec", "executors", label);
  if (tasks.length !== 1 || !isObject(executor["container"])) {
    throw new DataError(`${what} it is not one container: load components, and build pipelines`);
  }
  const container = objectAt(executor, "container");
  const env = container["env"] ?? [];
  return {
    name,
    description: textAt(objectAt(document, "pipelineInfo"), "description"),
    inputs: readPorts(`${what} input`, objectAt(component, "inputDefinitions")),
    outputs: readPorts(`${what} output`, objectAt(component, "outputDefinitions")),
    container: {
      image: textAt(container, "image"),
      command: textsAt(container, "command"),
      args: textsAt(container, "args"),
      env: Object.fromEntries(
        Array.isArray(env)
          ? env.filter(isObject).map((entry) => [textAt(entry, "name"), textAt(entry, "value")])
          : [],
      ),
    },
  };
}

function readPorts(what: string, definitions: Loose): Ports {
  const ports: Record<string, Port> = {};
  for (const [name, definition] of Object.entries(objectAt(definitions, "parameters"))) {
    if (!isObject(definition)) continue;
    ports[name] = paramPort(`${what} "${name}"`, {
      type: textAt(definition, "parameterType"),
      description: textAt(definition, "description"),
      value: definition["defaultValue"],
    });
  }
  for (const [name, definition] of Object.entries(objectAt(definitions, "artifacts"))) {
    if (!isObject(definition)) continue;
    ports[name] = artifactPort(`${what} "${name}"`, {
      schema: textAt(objectAt(definition, "artifactType"), "schemaTitle"),
      description: textAt(definition, "description"),
      list: definition["isArtifactList"] === true,
    });
  }
  return ports;
}
