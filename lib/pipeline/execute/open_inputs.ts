/**
 * The inputs of a step in a pod.
 *
 * @module
 */
import type { ArtifactInfo } from "../artifact_store.ts";
import { checkValue, checkValues } from "../check_values.ts";
import type { Component } from "../component.ts";
import type { JsonValue, ParamPort, StoredArtifact } from "../port.ts";
import type { ExecutorInput } from "./executor_input.ts";
import { openArtifact, type ReadDisk } from "./read_artifact.ts";

/** Inputs whose artifacts are looked at and not yet read. */
export interface OpenInputs {
  /** By input, as `find` gets them. */
  readonly stored: Readonly<Record<string, JsonValue | StoredArtifact | readonly StoredArtifact[]>>;
  /** Where those are that are one artifact, and their digests. */
  readonly artifacts: Readonly<Record<string, ArtifactInfo>>;
  /** Reads the artifacts: what the body gets. */
  values(): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Takes what the launcher gave for each port, or the port's default.
 * @throws {TypeError} when an input is missing or not of its port's type.
 * @throws {DataError} when an artifact is not there.
 */
export async function openInputs(
  component: Pick<Component, "name" | "inputs">,
  { parameters, artifacts }: Pick<ExecutorInput, "parameters" | "artifacts">,
  { disk, signal }: { readonly disk: ReadDisk; readonly signal: AbortSignal },
): Promise<OpenInputs> {
  const given: Record<string, unknown> = {};
  const opened = new Map<string, readonly StoredArtifact[]>();
  for (const [name, port] of Object.entries(component.inputs)) {
    if (port.kind === "param") {
      const value = Object.hasOwn(parameters, name) ? parameters[name]! : null;
      if (value !== null) given[name] = readParameter(port, value); // null stands for the default
      continue;
    }
    const what = `Cannot read input "${name}" of "${component.name}"`;
    const options = { what, codec: port.codec, disk, signal };
    const list: StoredArtifact[] = [];
    for (const artifact of Object.hasOwn(artifacts, name) ? artifacts[name]! : []) {
      list.push(await openArtifact(artifact, options));
      if (port.kind === "artifact") break;
    }
    opened.set(name, list);
    given[name] = port.kind === "artifacts" ? list : list[0];
  }
  const what = `Cannot run component "${component.name}" as input`;
  const stored = checkValues(what, component.inputs, given) as OpenInputs["stored"];
  return {
    stored,
    artifacts: Object.fromEntries(
      Object.entries(component.inputs).flatMap(([name, port]) =>
        port.kind === "artifact" ? [[name, opened.get(name)![0]!.info]] : []
      ),
    ),
    async values() {
      const values: Record<string, unknown> = { ...stored };
      for (const [name, list] of opened) {
        const read: unknown[] = [];
        for (const artifact of list) read.push(await artifact.value({ signal }));
        values[name] = component.inputs[name]!.kind === "artifacts" ? read : read[0];
      }
      return values;
    },
  };
}

/** The value, where Kubeflow has made text of it on its way. */
function readParameter(port: ParamPort, value: JsonValue): JsonValue {
  if (typeof value !== "string" || port.type === "STRING") return value;
  try {
    const parsed: JsonValue = JSON.parse(value);
    checkValue("", "", port, parsed);
    return parsed;
  } catch {
    return value; // to be refused with all others that don't fit
  }
}
