/**
 * What every form of `component.yaml` comes to.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import { bytesCodec } from "../bundle/codecs.ts";
import { checkValue } from "../check_values.ts";
import type { ContainerSpec } from "../container_spec.ts";
import {
  artifact,
  artifacts,
  artifactSchemas,
  type JsonValue,
  parameterTypes,
  type Port,
  type Ports,
} from "../port.ts";

/** An object of a text that nobody has checked. */
export type Loose = Readonly<Record<string, unknown>>;

/** A component of a container. */
export interface LoadedComponent {
  readonly name: string;
  readonly description: string;
  readonly inputs: Ports;
  readonly outputs: Ports;
  readonly container: ContainerSpec;
}

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object at a path, empty where there is none. @throws {DataError} when it is something else. */
export function objectAt(value: Loose, ...path: readonly string[]): Loose {
  return path.reduce((object: Loose, key, i) => {
    const member = object[key] ?? {};
    if (isObject(member)) return member;
    throw new DataError(
      `Cannot load a component as its ${path.slice(0, i + 1).join(".")} is no object`,
    );
  }, value);
}

/** Texts in a list. @throws {DataError} when something else is there. */
export function textsAt(value: Loose, key: string): readonly string[] {
  const list = value[key] ?? [];
  if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
  throw new DataError(`Cannot load a component as its ${key} is no list of texts`);
}

/** A text, empty where there is none. */
export function textAt(value: Loose, key: string): string {
  const text = value[key];
  return typeof text === "string" ? text : "";
}

/** A name as components and steps have it. */
export function kebabCase(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 63);
}

/** A parameter's port. @throws {DataError} when Kubeflow has no such type, or the default is not of it. */
export function paramPort(
  what: string,
  { type, description, value }: {
    readonly type: string;
    readonly description: string;
    readonly value: unknown;
  },
): Port {
  const known = parameterTypes.find((one) =>
    one === (type === "TASK_FINAL_STATUS" ? "STRUCT" : type)
  );
  if (known === undefined) {
    throw new DataError(`${what} is of type ${JSON.stringify(type)}, which this package has not`);
  }
  const port = { kind: "param", type: known, description } as const;
  if (value === undefined) return port;
  checkValue(what, "default", port, value);
  return { ...port, default: value as JsonValue } as Port;
}

/** An artifact's port. @throws {DataError} when this package has no such kind. */
export function artifactPort(
  what: string,
  { schema, description, list }: {
    readonly schema: string;
    readonly description: string;
    readonly list: boolean;
  },
): Port {
  const known = artifactSchemas.find((one) => one === schema);
  if (known === undefined) {
    throw new DataError(`${what} is a ${JSON.stringify(schema)}, which this package has not`);
  }
  const options = { codec: bytesCodec, schema: known };
  return list ? artifacts(description, options) : artifact(description, options);
}
