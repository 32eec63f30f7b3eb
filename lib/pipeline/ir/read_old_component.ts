/**
 * `component.yaml` of Kubeflow's SDK 1: a container with marks where values go.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import { inputPath, inputUri, inputValue, outputPath, outputUri } from "../container.ts";
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
} from "./loaded_component.ts";

/** What types of parameters are called; all others are kinds of artifacts. */
const types: Readonly<Record<string, string>> = {
  ...{ string: "STRING", str: "STRING", text: "STRING", integer: "NUMBER_INTEGER" },
  ...{ int: "NUMBER_INTEGER", float: "NUMBER_DOUBLE", double: "NUMBER_DOUBLE" },
  ...{ bool: "BOOLEAN", boolean: "BOOLEAN", list: "LIST", jsonarray: "LIST" },
  ...{ dict: "STRUCT", jsonobject: "STRUCT" },
};
const schemas = ["Dataset", "Model", "Metrics", "ClassificationMetrics", "HTML", "Markdown"];

/** @throws {DataError} when it does what Kubeflow 2 can't, or has what only text would decide. */
export function readOldComponent(document: Loose): LoadedComponent {
  const name = kebabCase(textAt(document, "name") || "component");
  const what = `Cannot load component "${name}" as`;
  const container = objectAt(document, "implementation", "container");
  const text = (part: unknown) => partText(what, part);
  const parts = (key: string) => {
    const list = container[key] ?? [];
    if (Array.isArray(list)) return list.map(text);
    throw new DataError(`${what} its ${key} is no list`);
  };
  return {
    name,
    description: textAt(document, "description"),
    inputs: readPorts(`${what} input`, document["inputs"]),
    outputs: readPorts(`${what} output`, document["outputs"]),
    container: {
      image: textAt(container, "image"),
      command: parts("command"),
      args: parts("args"),
      env: Object.fromEntries(
        Object.entries(objectAt(container, "env")).map(([key, value]) => [key, String(value)]),
      ),
    },
  };
}

function partText(what: string, part: unknown): string {
  if (typeof part === "string" || typeof part === "number") return String(part);
  const [[kind, value] = []] = isObject(part) ? Object.entries(part) : [];
  if (kind === "concat" && Array.isArray(value)) {
    return value.map((inner) => partText(what, inner)).join("");
  }
  const makers = { inputValue, inputUri, inputPath, outputUri, outputPath };
  if (kind !== undefined && Object.hasOwn(makers, kind) && typeof value === "string") {
    return makers[kind as keyof typeof makers](portName(value));
  }
  if (kind === "executorInput") return "{{$}}";
  throw new DataError(
    `${what} this package can't write ${JSON.stringify(part)}: use inputValue, inputPath, ` +
      `inputUri, outputPath, outputUri or concat`,
  );
}

function readPorts(what: string, list: unknown): Ports {
  const ports: Record<string, Port> = {};
  for (const entry of Array.isArray(list) ? list.filter(isObject) : []) {
    const name = portName(textAt(entry, "name"));
    const where = `${what} "${name}"`;
    if (Object.hasOwn(ports, name)) throw new DataError(`${where} is there twice`);
    const description = textAt(entry, "description");
    const given = typeof entry["type"] === "string" ? entry["type"] : "Artifact";
    const type = types[given.toLowerCase()];
    if (type === undefined) {
      const schema = schemas.includes(given) ? `system.${given}` : "system.Artifact";
      ports[name] = artifactPort(where, { schema, description, list: false });
    } else {
      const value = defaultOf(where, type, entry["default"]);
      ports[name] = paramPort(where, { type, description, value });
    }
  }
  return ports;
}

/** Defaults are texts there, whatever the type. */
function defaultOf(where: string, type: string, given: unknown): unknown {
  if (typeof given !== "string" || type === "STRING") return given ?? undefined;
  try {
    return JSON.parse(type === "BOOLEAN" ? given.toLowerCase() : given);
  } catch {
    throw new DataError(`${where} has the default ${JSON.stringify(given)}, which is no ${type}`);
  }
}

/** As Kubeflow's SDK makes names of what was written for people. */
function portName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
}
