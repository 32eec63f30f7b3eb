/**
 * What a runner tells while a pipeline runs, and what it gives in the end.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Outputs } from "./pipeline.ts";
import type { JsonValue, StoredArtifact, StoredValueOf } from "./port.ts";
import type { Ref } from "./ref.ts";
import type { Progress } from "./step_context.ts";
import type { StepReport } from "./tracker.ts";

/**
 * A moment of a running pipeline. `step` is the id of a task or an import; those of a loop have
 * the turn after it (`train.0`), those of a called pipeline the call before it (`tune.train`).
 */
export type RunEvent =
  | { readonly type: "step-started"; readonly step: string }
  | { readonly type: "step-progress"; readonly step: string; readonly progress: Progress }
  | {
    readonly type: "step-retry";
    readonly step: string;
    /** The attempt that failed: 1 for the first. */
    readonly attempt: number;
    /** How long it waits before the next. */
    readonly delayMs: number;
    readonly error: unknown;
  }
  /** Also for a step that was skipped and therefore never started. */
  | { readonly type: "step-finished"; readonly step: string; readonly report: StepReport };

/** What came of a run, whether it succeeded or not. */
export interface RunResult<O extends Outputs = Outputs> {
  /** The pipeline's outputs; `undefined` where the step that gives one was skipped or failed. */
  readonly outputs: { readonly [K in keyof O]: StoredRefOf<O[K]> | undefined };
  /** The outputs of every step that succeeded, by its name in events. */
  readonly tasks: Readonly<Record<string, Readonly<Record<string, JsonValue | StoredArtifact>>>>;
  /** Every step's report, in the pipeline's order. */
  readonly steps: readonly StepReport[];
}

/** The value behind a ref, an artifact being left in its store. */
export type StoredRefOf<R> = R extends Ref<infer P> ? StoredValueOf<P> : never;

/** A step failed. Its `cause` is what the step threw. */
export class StepError extends Error {
  /** Tells it from other errors. */
  override name = "StepError";
  /** The step's name in events, or the id of a loop or call that could not be begun. */
  readonly step: string;
  /** What the run had come to. */
  readonly result: RunResult;

  /** Its message is the cause's, then the step. */
  constructor(step: string, options: { readonly cause: unknown; readonly result: RunResult }) {
    super(`${messageOf(options.cause)} (in step "${step}")`, { cause: options.cause });
    this.step = step;
    this.result = options.result;
  }
}
