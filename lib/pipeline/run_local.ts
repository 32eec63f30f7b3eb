/**
 * Runs a pipeline in this process.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import type { ArtifactStore } from "./artifact_store.ts";
import { checkValues } from "./check_values.ts";
import { LocalRun } from "./local_run.ts";
import type { Outputs, Pipeline } from "./pipeline.ts";
import type { InputsOf, JsonValue, ParamPorts } from "./port.ts";
import type { RunEvent, RunResult } from "./run_event.ts";
import type { StepCache } from "./step_cache.ts";
import { flattenTasks } from "./task.ts";
import type { Run } from "./tracker.ts";

/** What a pipeline runs with. */
export interface RunLocalOptions {
  /** Where artifacts travel through. */
  readonly store: ArtifactStore;
  /**
   * Where half-done work is kept. A folder on this machine: a store on the network that is out
   * of reach for a while then costs nothing while a step is under way.
   * @default store
   */
  readonly checkpoints?: ArtifactStore;
  /** Where the steps are recorded. The caller ends it. */
  readonly run: Run;
  /** The machine, as steps see it. */
  readonly host: Host;
  /** Results to take instead of running a step again. Without it every step runs. */
  readonly cache?: StepCache;
  /**
   * What results depend on beside the pipeline: versions of code and libraries, thread
   * counts. A result that was cached with others is not taken.
   * @default {}
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Stops every step. */
  readonly signal?: AbortSignal;
  /** Told of everything that happens, at once. */
  readonly onEvent?: (event: RunEvent) => void;
  /**
   * How many steps may run at the same time.
   * @default host.cores
   */
  readonly concurrency?: number;
}

/**
 * Runs a pipeline: steps whose inputs are there run at the same time, artifacts
 * travel through the store, and after an interruption the same call goes on where
 * it stopped.
 *
 * ```ts
 * import {
 *   defineComponent,
 *   definePipeline,
 *   localHost,
 *   memoryStore,
 *   memoryTracker,
 *   runLocal,
 * } from "@fourdotinfinity/digits-recognizer";
 * import { integer } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double") },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * const pipeline = definePipeline({
 *   name: "doubles",
 *   description: "Doubles a number",
 *   params: { x: integer("What to double") },
 *   build: (params, { step }) => step(double, { x: params.x }),
 * });
 * await using run = await memoryTracker().start({
 *   experiment: "examples",
 *   name: "first",
 *   params: { x: 21 },
 *   tags: {},
 *   resumeKey: "doubles 21",
 * });
 * const host = localHost({ cacheFolder: "" });
 * const { outputs } = await runLocal(pipeline, { x: 21 }, { store: memoryStore(), run, host });
 * console.assert(outputs.twice === 42);
 * await run.end("FINISHED");
 * ```
 *
 * @throws {TypeError} when a parameter is missing, unknown or not of its type.
 * @throws {UsageError} when a step is an image to run, which only Kubeflow can.
 * @throws {StepError} when a step fails; the others are stopped before.
 * @throws the signal's reason when it is aborted.
 */
export async function runLocal<P extends ParamPorts, O extends Outputs>(
  pipeline: Pipeline<P, O>,
  params: InputsOf<P>,
  options: RunLocalOptions,
): Promise<RunResult<O>> {
  const what = `Cannot run pipeline "${pipeline.name}" as parameter`;
  const values = checkValues(what, pipeline.params, params) as Record<string, JsonValue>;
  checkRunsHere(pipeline);
  // What a pipeline gives is checked where it is built.
  const { store, run, host, cache = null, environment = {}, onEvent = () => {} } = options;
  const { checkpoints = store, signal = null, concurrency = host.cores } = options;
  const shared = { store, checkpoints, run, host, cache, environment, onEvent };
  const local = new LocalRun(pipeline, values, shared, concurrency);
  return await local.finish(signal) as RunResult<O>;
}

function checkRunsHere(pipeline: Pipeline): void {
  const other = flattenTasks(pipeline.nodes).find(({ task }) => task.component.container !== null);
  if (other === undefined) return;
  throw new UsageError(
    `Cannot run pipeline "${pipeline.name}" here as its step "${other.path}" runs the image ` +
      `${other.task.component.container?.image}: run it on Kubeflow`,
  );
}
