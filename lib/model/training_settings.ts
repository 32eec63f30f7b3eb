/**
 * What a training is asked to do.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Digits } from "../digits/digits.ts";
import type { Optimizer } from "./engine.ts";
import type { Layer } from "./layers.ts";
import { type Schedule, schedules } from "./learning_rate.ts";

/** How to learn, without how long. Good values for each optimizer come from `defaultRecipe`. */
export interface Recipe {
  /** What turns gradients into steps. */
  readonly optimizer: Optimizer;
  /** Pictures a step; an epoch's last step may have fewer. */
  readonly batchSize: number;
  /** The peak. */
  readonly learningRate: number;
  /** How the learning rate goes on from its peak. */
  readonly schedule: Schedule;
  /** The share of all steps, 0..1, on which the learning rate first climbs to its peak. */
  readonly warmUp: number;
  /** The model has the moving average of the weights with this momentum; 0 is off. */
  readonly emaMomentum: number;
  /** While learning, each picture is moved by up to this many pixels, at random; 0 is off. */
  readonly shift: number;
}

/** Everything that decides a training, beside its digits and its engine. Plain JSON. */
export interface TrainingSettings extends Recipe {
  /** The network; the last layer is dense with one unit for each class. */
  readonly layers: readonly Layer[];
  /** Passes over the training digits, at most. */
  readonly epochs: number;
  /** Stops after this many epochs without a better one on the validation digits; null never does. */
  readonly patience: number | null;
  /** Decides the first weights, the order, the shifts and the dropout. */
  readonly seed: number;
}

/** The digits of a training. */
export interface TrainingData {
  /** What to learn from. */
  readonly train: Digits;
  /** What to choose the best epoch by. */
  readonly validation?: Digits;
}

/** A setting, what its value must fulfil, and that in words. */
type Rule = readonly [keyof TrainingSettings, (value: unknown) => boolean, string];

/**
 * Refuses what can't be trained, before anything is computed.
 *
 * @throws {UsageError} naming the setting and its value.
 */
export function checkSettings(settings: TrainingSettings, data: TrainingData): void {
  const { imageShape: [height, width], classNames, labels } = data.train;
  const largestShift = Math.min(height, width) - 1;
  const rules: readonly Rule[] = [
    ["epochs", (value) => isWhole(value, 1), "a whole number from 1"],
    ["batchSize", (value) => isWhole(value, 1), "a whole number from 1"],
    ["learningRate", isRate, "a number above 0"],
    ["schedule", (value) => schedules.some((known) => known === value), schedules.join(", ")],
    ["warmUp", isShare, "from 0 to below 1"],
    ["emaMomentum", isShare, "from 0 to below 1"],
    ["shift", (value) => isWhole(value, 0, largestShift), `a whole number to ${largestShift}`],
    ["patience", (value) => value === null || isWhole(value, 1), "null or a whole number from 1"],
    ["seed", Number.isSafeInteger, "a whole number"],
  ];
  for (const [name, fits, allowed] of rules) {
    if (fits(settings[name])) continue;
    throw new UsageError(`Cannot train with ${name} ${settings[name]}: it must be ${allowed}`);
  }
  const last = settings.layers.at(-1);
  if (last?.type !== "dense" || last.units !== classNames.length) {
    throw new UsageError(
      `Cannot train with these layers as the last must be dense with ${classNames.length} units, ` +
        `one for each class: got ${JSON.stringify(last)}`,
    );
  }
  if (labels.length === 0) {
    throw new UsageError("Cannot train on no digits: give at least one picture");
  }
  if (settings.patience !== null && !data.validation?.labels.length) {
    throw new UsageError(
      "Cannot stop early without validation digits: give some, or set patience to null",
    );
  }
}

function isWhole(value: unknown, least: number, most = Infinity): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isRate(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) > 0;
}

function isShare(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) >= 0 && Number(value) < 1;
}

/** How many pictures a training learns from, and how many it chooses by. */
export function trainingSize(
  { train, validation }: TrainingData,
): { readonly trainCount: number; readonly validationCount: number } {
  return { trainCount: train.labels.length, validationCount: validation?.labels.length ?? 0 };
}
