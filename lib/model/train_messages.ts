/**
 * What a thread that trains and the thread that started it tell each other.
 *
 * @module
 */
import type { FitResult } from "./fit_context.ts";
import type { Engine } from "./engine.ts";
import type { FitState, TrainingEvent } from "./training_event.ts";
import type { TrainingData, TrainingSettings } from "./training_settings.ts";

/** What to train. */
export interface TrainRequest {
  /** Its pixels in shared memory, or handed over. */
  readonly data: TrainingData;
  /** How to train. */
  readonly settings: TrainingSettings;
  /** A name that `loadEngine` knows. */
  readonly engine: string;
  /** For one computation. */
  readonly threads: number;
  /** Where to go on from. */
  readonly resume: FitState | undefined;
}

/** To the training thread: one `train`, then perhaps one `abort`. */
export type ToTrainer =
  | { readonly kind: "train"; readonly request: TrainRequest }
  | { readonly kind: "abort" };

/** From the training thread: events, then one `done` or `failed`. */
export type FromTrainer =
  | { readonly kind: "event"; readonly event: TrainingEvent }
  | {
    readonly kind: "done";
    readonly result: FitResult;
    readonly engine: Pick<Engine, "name" | "runtime" | "threads">;
  }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };
