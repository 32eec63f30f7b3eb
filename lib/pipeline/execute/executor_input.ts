/**
 * What Kubeflow's launcher tells a step: where its inputs are and where its outputs go. Pure.
 *
 * @module
 */
import * as v from "valibot";
import { DataError, messageOf } from "../../base/errors.ts";
import { isJson } from "../check_values.ts";
import type { Component } from "../component.ts";
import type { JsonValue } from "../port.ts";

/** An artifact as Kubeflow speaks of it. */
export interface RuntimeArtifact {
  /** The store's own name or number of it: says nothing about the port. */
  readonly name: string;
  /** Where it is for good. */
  readonly uri: string;
  /** Where it is in this pod, when that does not follow from the URI. */
  readonly customPath: string | undefined;
  /** What its producer, and Kubeflow itself, said of it. */
  readonly metadata: Readonly<Record<string, JsonValue>>;
}

/** The part of `{{$}}` that concerns one component. */
export interface ExecutorInput {
  /** Values by input; also of inputs that the component does not have. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Artifacts by input: one, or those of a list. */
  readonly artifacts: Readonly<Record<string, readonly RuntimeArtifact[]>>;
  /** The file that each output parameter goes to; those that have none are only reported. */
  readonly parameterFiles: Readonly<Record<string, string>>;
  /** The place of each output artifact. */
  readonly places: Readonly<Record<string, RuntimeArtifact>>;
  /** The file that says what came of it all. */
  readonly outputFile: string;
}

const json = v.custom<JsonValue>(isJson, "should be a JSON value");
const filled = v.pipe(v.string(), v.nonEmpty("should not be empty"));
const map = v.nullish(v.record(v.string(), v.unknown()), {});
const envelope = v.object({
  inputs: v.nullish(v.object({ parameterValues: map, artifacts: map }), {}),
  outputs: v.nullish(
    v.object({ parameters: map, artifacts: map, outputFile: v.optional(filled) }),
    {},
  ),
});

const runtimeArtifact = v.object({
  name: v.nullish(v.string(), ""),
  uri: v.nullish(v.string(), ""),
  customPath: v.optional(filled),
  metadata: v.nullish(v.record(v.string(), json), {}),
});
const someArtifacts = v.object({ artifacts: v.nullish(v.array(runtimeArtifact), []) });
const oneArtifact = v.object({ artifacts: v.pipe(v.array(runtimeArtifact), v.minLength(1)) });
const parameterFile = v.object({ outputFile: v.optional(filled) });

/**
 * Reads what the launcher passes as `--executor-input`. Nothing but the component's own ports
 * and the parameters is looked at: Kubeflow adds ports of its own.
 * @throws {DataError} when it is no JSON, or not of the contract's form where it concerns the component.
 */
export function parseExecutorInput(
  text: string,
  { name, inputs, outputs }: Pick<Component, "name" | "inputs" | "outputs">,
): ExecutorInput {
  const given = read(envelope, parseJson(text), "");
  const artifacts: Record<string, readonly RuntimeArtifact[]> = {};
  for (const [input, port] of Object.entries(inputs)) {
    if (port.kind === "param" || !Object.hasOwn(given.inputs.artifacts, input)) continue;
    const path = `inputs.artifacts.${input}`;
    const list = read(someArtifacts, given.inputs.artifacts[input], path).artifacts;
    if (list.length > 0 || port.kind === "artifacts") artifacts[input] = list.map(complete);
  }
  const parameterFiles: Record<string, string> = {};
  const places: Record<string, RuntimeArtifact> = {};
  for (const [output, port] of Object.entries(outputs)) {
    if (port.kind === "param") {
      if (!Object.hasOwn(given.outputs.parameters, output)) continue;
      const path = `outputs.parameters.${output}`;
      const { outputFile } = read(parameterFile, given.outputs.parameters[output], path);
      if (outputFile !== undefined) parameterFiles[output] = outputFile;
    } else {
      const place = Object.hasOwn(given.outputs.artifacts, output)
        ? given.outputs.artifacts[output]
        : undefined;
      if (place === undefined) throw noPlace(name, `output "${output}"`);
      const path = `outputs.artifacts.${output}`;
      places[output] = complete(read(oneArtifact, place, path).artifacts[0]!);
    }
  }
  const { outputFile } = given.outputs;
  if (outputFile === undefined) throw noPlace(name, "what it reports (outputs.outputFile)");
  const parameters = Object.fromEntries(
    Object.entries(given.inputs.parameterValues)
      .map(([key, value]) => [key, read(json, value, `inputs.parameterValues.${key}`)]),
  );
  return { parameters, artifacts, parameterFiles, places, outputFile };
}

function complete(
  { name, uri, customPath, metadata }: v.InferOutput<typeof runtimeArtifact>,
): RuntimeArtifact {
  return { name, uri, customPath, metadata };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = text === "{{$}}" ? ": only Kubeflow's launcher puts it there" : "";
    throw new DataError(`Cannot read the executor input: ${messageOf(error)}${hint}`);
  }
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown, path: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = [path, v.getDotPath(issue) ?? ""].filter((part) => part !== "").join(".");
  throw new DataError(
    `Cannot read the executor input${at === "" ? "" : ` at ${at}`}: ${issue.message}`,
  );
}

function noPlace(component: string, what: string): DataError {
  return new DataError(
    `Cannot execute "${component}" as the executor input has no place for ${what}: compile the ` +
      "pipeline again, with the version of the image",
  );
}
