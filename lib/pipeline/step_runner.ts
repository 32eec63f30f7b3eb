/**
 * Runs one step: from stored inputs to stored outputs.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import type { ArtifactInfo, ArtifactStore } from "./artifact_store.ts";
import { attempt } from "./attempt.ts";
import type { Component } from "./component.ts";
import { describeFiles, digestManifest } from "./digest_files.ts";
import { lendContext } from "./lend_context.ts";
import type { JsonValue, StoredArtifact, StoredValue } from "./port.ts";
import type { RunEvent } from "./run_event.ts";
import type { StepCache } from "./step_cache.ts";
import type { StepContext } from "./step_context.ts";
import { chosenKey, stepKey } from "./step_key.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";
import { storeCheckpoint } from "./store_checkpoint.ts";
import { storedValues } from "./stored_values.ts";
import type { Task } from "./task.ts";
import type { Run } from "./tracker.ts";

/** What every step of a run shares. */
export interface StepRunnerOptions {
  readonly store: ArtifactStore;
  readonly checkpoints: ArtifactStore;
  readonly run: Run;
  readonly host: Host;
  readonly cache: StepCache | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly onEvent: (event: RunEvent) => void;
}

/** What a step gave, and whether that was there already. */
export interface StepOutcome {
  readonly result: StepResult;
  readonly cached: boolean;
}

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/**
 * Runs a step, repeating it as its task allows.
 * @param task its id is the step's name in events
 * @throws the signal's reason, or what the last attempt threw.
 */
export async function runStep(
  task: Task,
  inputs: StepResult,
  signal: AbortSignal,
  options: StepRunnerOptions,
): Promise<StepOutcome> {
  const { host, onEvent } = options;
  for (let count = 1;; count++) {
    try {
      return await attempt(
        (own, over) => runOnce(task, inputs, { signal: own, over }, options),
        { signal, timeoutMs: task.timeoutMs, host },
      );
    } catch (error) {
      const hopeless = error instanceof UsageError; // asking again changes nothing
      if (signal.aborted || hopeless || count > task.retries) throw error;
      const delayMs = Math.min(firstDelayMs * 2 ** (count - 1), longestDelayMs);
      onEvent({ type: "step-retry", step: task.id, attempt: count, delayMs, error });
      await host.sleep(delayMs, { signal });
    }
  }
}

async function runOnce(
  task: Task,
  inputs: StepResult,
  signals: { readonly signal: AbortSignal; readonly over: AbortSignal },
  options: StepRunnerOptions,
): Promise<StepOutcome> {
  const { store, checkpoints, environment } = options;
  const { signal } = signals;
  const { component } = task;
  const { context, complete } = lendContext(task.id, { ...options, ...signals });
  const stored = storedValues(component.inputs, inputs, store);
  const fingerprint = await component.fingerprint(stored, context);
  const key = stepKey(component, { inputs, fingerprint, environment });
  const checkpoint = storeCheckpoint(checkpoints, `checkpoints/${key}/${task.id}`);
  const cache = task.cache && !component.effects ? options.cache : null;
  const cacheKey = task.cacheKey === null ? key : chosenKey(component, task.cacheKey);
  const known = await lookUp(component, cacheKey, cache, store, signal);
  if (known !== undefined) {
    await checkpoint.clear(); // the process may have died between caching the result and this
    return { result: known, cached: true };
  }
  const found = await component.find(stored, context);
  const artifacts = artifactInfos(inputs);
  const lent = complete({
    checkpoint,
    artifacts,
    filesUri: (input) => store.filesUri(artifacts[input]!.uri, { signal }),
  });
  const values = found ?? await runBody(component, stored, lent);
  const result = await storeOutputs(component, values, store, signal);
  await cache?.set(cacheKey, result, { signal });
  await checkpoint.clear();
  return { result, cached: found !== undefined };
}

function artifactInfos(inputs: StepResult): Readonly<Record<string, ArtifactInfo>> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) =>
      input.kind === "artifact" ? [[name, input.info]] : []
    ),
  );
}

/** On its own, so that nothing holds the inputs once the body is done: they may be large. */
async function runBody(
  component: Component,
  stored: Readonly<Record<string, StoredValue>>,
  context: StepContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { signal } = context;
  const inputs: Record<string, unknown> = {};
  for (const [name, port] of Object.entries(component.inputs)) {
    const value = stored[name];
    if (port.kind === "artifact") {
      inputs[name] = await (value as StoredArtifact).value({ signal });
    } else if (port.kind === "artifacts") {
      inputs[name] = await readAll(value as readonly StoredArtifact[], signal);
    } else {
      inputs[name] = value;
    }
  }
  return await component.run(inputs, context);
}

/** One after the other: together they may be large while they are decoded. */
async function readAll(
  stored: readonly StoredArtifact[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  for (const artifact of stored) values.push(await artifact.value({ signal }));
  return values;
}

/** A cached result, if it fits the component and all its artifacts are still there. */
async function lookUp(
  component: Component,
  key: string,
  cache: StepCache | null,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<StepResult | undefined> {
  const result = await cache?.get(key, { signal });
  if (result === undefined) return undefined;
  for (const [name, port] of Object.entries(component.outputs)) {
    const output = Object.hasOwn(result, name) ? result[name] : undefined;
    if (output?.kind === "artifact" && port.kind === "artifact") {
      const info = await store.info(output.info.uri, { signal });
      if (info?.sha256 !== output.info.sha256) return undefined;
    } else if (output?.kind !== "value" || port.kind !== "param") {
      return undefined;
    }
  }
  return result;
}

async function storeOutputs(
  component: Component,
  values: Readonly<Record<string, unknown>>,
  store: ArtifactStore,
  signal: AbortSignal,
): Promise<StepResult> {
  const result: Record<string, StoredOutput> = {};
  for (const [name, port] of Object.entries(component.outputs)) {
    if (port.kind !== "artifact") {
      result[name] = { kind: "value", value: values[name] as JsonValue };
      continue;
    }
    const files = await port.codec.encode(values[name]);
    const { sha256 } = digestManifest(describeFiles(files));
    // Named by its content: the same result never needs room twice, another never is in the way.
    const key = `artifacts/${component.name}/${name}/${sha256}`;
    result[name] = { kind: "artifact", info: await store.put(key, files, { signal }) };
  }
  return result;
}
