/**
 * Ports as the definitions of a component's inputs and outputs.
 *
 * @module
 */
import type { Port, Ports } from "../port.ts";
import { compact, type IrObject } from "./ir.ts";

/**
 * `inputDefinitions` or `outputDefinitions` of these ports.
 * @param statuses the parameters that get how a guarded group ended
 */
export function portDefinitions(ports: Ports, statuses: ReadonlySet<string> = new Set()): IrObject {
  const parameters: Record<string, IrObject> = {};
  const artifacts: Record<string, IrObject> = {};
  for (const [name, port] of Object.entries(ports)) {
    if (port.kind !== "param") artifacts[name] = artifactDefinition(port);
    else if (statuses.has(name)) parameters[name] = statusDefinition(port);
    else parameters[name] = parameterDefinition(port);
  }
  return compact({ parameters, artifacts });
}

/** How Kubeflow names a kind of artifact. */
export function artifactType(schemaTitle: string): IrObject {
  return { schemaTitle, schemaVersion: "0.0.1" };
}

/** A port without what is for people, and without a default: as groups hand it on. */
export function barePort(port: Port): Port {
  if (port.kind !== "param") return { ...port, description: "" };
  return { kind: "param", type: port.type, description: "" };
}

function parameterDefinition(port: Extract<Port, { kind: "param" }>): IrObject {
  return {
    parameterType: port.type,
    ...("default" in port && { defaultValue: port.default as never, isOptional: true }),
    ...describe(port),
  };
}

function statusDefinition(port: Port): IrObject {
  return { parameterType: "TASK_FINAL_STATUS", isOptional: true, ...describe(port) };
}

function artifactDefinition(port: Exclude<Port, { kind: "param" }>): IrObject {
  return {
    artifactType: artifactType(port.schema),
    ...(port.kind === "artifacts" && { isArtifactList: true }),
    ...describe(port),
  };
}

function describe({ description }: Port): { readonly description?: string } {
  return description === "" ? {} : { description };
}
