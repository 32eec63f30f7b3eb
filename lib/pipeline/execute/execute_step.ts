/**
 * Runs one component as Kubeflow's launcher asks.
 *
 * @module
 */
import type { Host } from "../../base/host.ts";
import type { ArtifactInfo } from "../artifact_store.ts";
import { attempt } from "../attempt.ts";
import type { Component } from "../component.ts";
import { lendContext } from "../lend_context.ts";
import type { RunEvent } from "../run_event.ts";
import type { Checkpoint } from "../step_context.ts";
import type { Run } from "../tracker.ts";
import type { ExecutorInput } from "./executor_input.ts";
import { openInputs } from "./open_inputs.ts";
import { writeOutputs } from "./write_outputs.ts";

/** What a step runs with in a pod. */
export interface ExecuteOptions {
  /** The machine; inputs and outputs are on its disk. */
  readonly host: Host;
  /** Where it is recorded. The caller ends it. */
  readonly run: Run;
  /** Half-done work; who tries again is another pod. */
  readonly checkpoint: Checkpoint;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Told of its progress. */
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Reads the inputs, runs the component (or finds what it did before) and writes the outputs.
 * Nothing is written when it fails or is stopped before it is done.
 * @returns whether the effect had happened already.
 * @throws {TypeError} when an input or output is missing or not of its port's type.
 * @throws {DataError} when an artifact is not there, or not what it should be.
 * @throws the signal's reason, or what the component throws.
 */
export async function executeStep(
  component: Component,
  input: ExecutorInput,
  { host, run, checkpoint, signal, onEvent }: ExecuteOptions,
): Promise<{ readonly found: boolean }> {
  const { name } = component;
  const { disk } = host;
  const { values, found } = await attempt(async (own, over) => {
    const { context, complete } = lendContext(name, { signal: own, over, run, host, onEvent });
    const inputs = await openInputs(component, input, { disk, signal: own });
    const known = await component.find(inputs.stored, context);
    if (known !== undefined) return { values: known, found: true };
    const { artifacts } = inputs;
    const filesUri = (of: string) => Promise.try(uriOf, artifacts, of, name);
    const lent = complete({ checkpoint, artifacts, filesUri });
    return { values: await component.run(await inputs.values(), lent), found: false };
  }, { signal, timeoutMs: null, host });
  await writeOutputs(component, values, { input, disk });
  return { found };
}

/** Kubeflow keeps an artifact's files under their own names. */
function uriOf(
  artifacts: Readonly<Record<string, ArtifactInfo>>,
  input: string,
  component: string,
): string {
  const found = Object.hasOwn(artifacts, input) ? artifacts[input] : undefined;
  if (found === undefined) {
    throw new TypeError(`Cannot tell where input "${input}" of "${component}" is: there is none`);
  }
  return found.uri;
}
