/**
 * One run of a pipeline in this process, from its parameters to its outputs.
 *
 * @module
 */
import { Frame } from "./frame.ts";
import { LocalSteps, type StepEntry } from "./local_steps.ts";
import type { Pipeline } from "./pipeline.ts";
import type { JsonValue } from "./port.ts";
import { type RunResult, StepError } from "./run_event.ts";
import { runNodes } from "./run_nodes.ts";
import type { RunParts } from "./run_parts.ts";
import { StepLog } from "./step_log.ts";
import type { StepRunnerOptions } from "./step_runner.ts";
import { storedValue } from "./stored_values.ts";

// Long enough to clean up, short enough for somebody who pressed Ctrl-C.
const exitGraceMs = 30_000;

/** A run. Make one, then await `finish()` once. */
export class LocalRun {
  readonly #pipeline: Pipeline;
  readonly #options: StepRunnerOptions;
  readonly #steps: LocalSteps;
  readonly #frame: Frame;
  readonly #log = new StepLog<StepEntry>();

  constructor(
    pipeline: Pipeline,
    params: Readonly<Record<string, JsonValue>>,
    options: StepRunnerOptions,
    concurrency: number,
  ) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#steps = new LocalSteps(options, concurrency);
    this.#frame = Frame.ofPipeline(params, null);
  }

  /** Runs every step, and comes back when none is running any more. */
  async finish(signal: AbortSignal | null): Promise<RunResult> {
    signal?.throwIfAborted();
    const over = new AbortController();
    const stopExits = new AbortController();
    const cancel = () => {
      this.#steps.stop(signal?.reason);
      const { host } = this.#options;
      host.sleep(exitGraceMs, { signal: over.signal })
        .then(() => stopExits.abort(signal?.reason), () => {}); // over before then
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const run: RunParts = {
        steps: this.#steps,
        options: this.#options,
        exitSignal: stopExits.signal,
        runNodes: (nodes, place) => runNodes(nodes, place, run),
      };
      await run.runNodes(this.#pipeline.nodes, { frame: this.#frame, log: this.#log });
      const { failure } = this.#steps;
      if (failure !== undefined) {
        throw new StepError(failure.step, { cause: failure.cause, result: this.#result() });
      }
      this.#steps.signal.throwIfAborted();
      return this.#result();
    } finally {
      over.abort();
      signal?.removeEventListener("abort", cancel);
    }
  }

  #result(): RunResult {
    const { outputs, outputPorts } = this.#pipeline;
    const entries = this.#log.entries();
    return {
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, source]) => {
          const stored = this.#frame.has(source) ? this.#frame.read(source) : undefined;
          return [name, stored && storedValue(outputPorts[name], stored, this.#options.store)];
        }),
      ),
      tasks: Object.fromEntries(
        entries.flatMap(({ report, outputs }) => outputs === null ? [] : [[report.name, outputs]]),
      ),
      steps: entries.map(({ report }) => report),
    };
  }
}
