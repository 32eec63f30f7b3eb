/**
 * What training says while it goes on.
 *
 * @module
 */
import type { RandomState } from "../base/random.ts";
import type { TrainerState } from "./engine.ts";
import type { EpochSums } from "./epoch_sums.ts";
import type { TrainingSettings } from "./training_settings.ts";

/** How good the network was after one pass over the training digits. The same seed gives the same numbers. */
export interface EpochResult {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean over the epoch's pictures, while learning (with dropout), as Keras reports it. */
  readonly loss: number;
  /** 0..1, while learning (with dropout). */
  readonly accuracy: number;
  /** On the validation digits after the epoch; null when there are none. */
  readonly validationLoss: number | null;
  /** 0..1, on the same digits; null when there are none. */
  readonly validationAccuracy: number | null;
  /** At the epoch's last step. */
  readonly learningRate: number;
}

/** The result of an epoch, and how long it took on this machine. */
export interface EpochReport extends EpochResult {
  /** Learning only, without validation. */
  readonly imagesPerSecond: number;
  /** Learning and validation. */
  readonly seconds: number;
}

/** A moment within an epoch. */
export interface BatchReport {
  /** 1 for the first. */
  readonly epoch: number;
  /** Steps done in this epoch. */
  readonly step: number;
  /** Steps that each epoch has. */
  readonly steps: number;
  /** Running mean of this epoch. */
  readonly loss: number;
  /** Running mean of this epoch, 0..1. */
  readonly accuracy: number;
  /** At this step. */
  readonly learningRate: number;
  /** In this epoch so far. */
  readonly imagesPerSecond: number;
  /** Whether it is one of some 30 an epoch that every run tells, whatever its speed. */
  readonly isRegular: boolean;
}

/** Everything training needs to go on as if it had never stopped. */
export interface FitState {
  /** What was asked for: going on with anything else would not be the same training. */
  readonly settings: TrainingSettings;
  /** Pictures learned from. */
  readonly trainCount: number;
  /** Pictures chosen by. */
  readonly validationCount: number;
  /** The engine's part. */
  readonly trainer: TrainerState;
  /** The epochs that are done. */
  readonly history: readonly EpochReport[];
  /** Steps done in the epoch after those. */
  readonly step: number;
  /** What these steps add up to. */
  readonly sums: EpochSums;
  /** The generator behind that epoch's shifts. */
  readonly random: RandomState;
  /** The model of the best epoch so far; null before the first epoch is done. */
  readonly bestOnnx: Uint8Array | null;
}

/** What a reader of a training gets, in the order it happens. */
export type TrainingEvent =
  | { readonly kind: "batch" } & BatchReport
  | { readonly kind: "epoch" } & EpochReport
  /** After every epoch, and when training is aborted. */
  | { readonly kind: "checkpoint"; readonly state: FitState };
