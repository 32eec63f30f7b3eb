/**
 * What the training loop is given beside its task, and what it gives back.
 *
 * @module
 */
import type { EpochReport, FitState } from "./training_event.ts";

/** What `fit` borrows from whoever calls it. */
export interface FitContext {
  /** Milliseconds since any moment. */
  readonly now: () => number;
  /** Ends training after the step under way, with a last checkpoint. */
  readonly signal?: AbortSignal | undefined;
  /** Goes on from here. */
  readonly resume?: FitState | undefined;
}

/** What training came to. */
export interface FitResult {
  /** The model of the best epoch. */
  readonly onnx: Uint8Array;
  /** Its number, 1 for the first. */
  readonly bestEpoch: number;
  /** Every epoch, in order. */
  readonly history: readonly EpochReport[];
}
