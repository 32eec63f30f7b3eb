/**
 * The steps of one run in this process: how many run at a time, what became of each, and which
 * failed first.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { limitConcurrency } from "./limit_concurrency.ts";
import type { JsonValue, Ports, StoredArtifact } from "./port.ts";
import type { StepLog } from "./step_log.ts";
import type { StepResult } from "./step_result.ts";
import type { StepOutcome, StepRunnerOptions } from "./step_runner.ts";
import { storedValues } from "./stored_values.ts";
import type { StepReport } from "./tracker.ts";

/** How a step or a group ended: by itself, or as others failed or the run was cancelled. */
export type End = "succeeded" | "skipped" | "failed" | "stopped";

/** What became of one step. */
export interface StepEntry {
  /** As it is recorded. */
  readonly report: StepReport;
  /** null when it did not succeed. */
  readonly outputs: Readonly<Record<string, JsonValue | StoredArtifact>> | null;
}

/** A step that can be run. */
export interface Work {
  /** Its name in events. */
  readonly name: string;
  /** What it gives. */
  readonly outputs: Ports;
  /** Its place. */
  readonly log: StepLog<StepEntry>;
  /** Aborted when it is to stop: then it is not begun. */
  readonly signal: AbortSignal;
  /** Does it. */
  run(): Promise<StepOutcome>;
  /** Gets what it gave. */
  give(result: StepResult): void;
}

/** Runs the steps of one run. */
export class LocalSteps {
  readonly #options: StepRunnerOptions;
  readonly #limit: <T>(work: () => Promise<T>) => Promise<T>;
  readonly #stop = new AbortController();
  #failure: { readonly step: string; readonly cause: unknown } | undefined;

  constructor(options: StepRunnerOptions, concurrency: number) {
    this.#options = options;
    this.#limit = limitConcurrency(concurrency);
  }

  /** Aborted when nothing is to be begun any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The first that failed by itself, not because it was stopped. */
  get failure(): { readonly step: string; readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Stops every step. */
  stop(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** Stops every step as something failed, unless they are stopped already. */
  fail(step: string, cause: unknown): End {
    if (this.signal.aborted) return "stopped";
    this.#failure = { step, cause };
    this.stop(new Error(`Cannot go on as step "${step}" failed`));
    return "failed";
  }

  /** Runs a step as soon as there is room for it. */
  async run(work: Work): Promise<End> {
    return await this.#limit(async () => {
      if (work.signal.aborted) return await this.skip(work.name, work.log);
      return await this.#run(work);
    });
  }

  async #run(work: Work): Promise<End> {
    const { name, log, outputs } = work;
    const { host, onEvent, store } = this.#options;
    const startedAt = host.now();
    const timed = () => ({ name, seconds: (host.now() - startedAt) / 1000 });
    try {
      onEvent({ type: "step-started", step: name });
      const { result, cached } = await work.run();
      // A step gives no lists of artifacts: only loops do.
      const values = storedValues(outputs, result, store) as StepEntry["outputs"];
      await this.#report({ ...timed(), state: "succeeded", cached }, values, log);
      work.give(result);
      return "succeeded";
    } catch (cause) {
      const end = this.fail(name, cause);
      const error = messageOf(cause).split("\n", 1)[0]!;
      await this.#report({ ...timed(), state: "failed", cached: false, error }, null, log);
      return end;
    }
  }

  /** Records that a step does not run. */
  async skip(name: string, log: StepLog<StepEntry>): Promise<End> {
    await this.#report({ name, state: "skipped", seconds: 0, cached: false }, null, log);
    return this.signal.aborted ? "stopped" : "skipped";
  }

  async #report(
    report: StepReport,
    outputs: StepEntry["outputs"],
    log: StepLog<StepEntry>,
  ): Promise<void> {
    log.write({ report, outputs });
    this.#options.onEvent({ type: "step-finished", step: report.name, report });
    await this.#options.run.step(report);
  }
}
