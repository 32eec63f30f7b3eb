/**
 * The settings that a sweep tries.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { defaultRecipe } from "../model/recipe.ts";

/** One combination: a member of the parameter `grid`. */
export type SweepSettings = {
  /** Tells it from the others, in the names of what is recorded: letters, digits, `_`, `-` and `.`. */
  readonly label: string;
  readonly optimizer: string;
  readonly learning_rate: number;
  readonly batch_size: number;
};

/** What is tried in every combination. */
export interface SweepAxes {
  /** Names of optimizers. */
  readonly optimizers: readonly string[];
  /** Peak learning rates. @default the optimizer's own */
  readonly learningRates?: readonly number[] | undefined;
  /** Digits a step. @default the optimizer's own */
  readonly batchSizes?: readonly number[] | undefined;
}

const MOST = 100; // Kubeflow makes several pods for each

/**
 * Every combination, in order: the last axis changes fastest.
 *
 * @throws {UsageError} when a value is given twice, or there are too many combinations;
 * {RangeError} when there is no optimizer of a name.
 */
export function sweepGrid({ optimizers, learningRates, batchSizes }: SweepAxes): SweepSettings[] {
  const grid = optimizers.flatMap((optimizer) => {
    const recipe = defaultRecipe(optimizer);
    return (learningRates ?? [recipe.learningRate]).flatMap((learning_rate) =>
      (batchSizes ?? [recipe.batchSize]).map((batch_size) =>
        sweepSettings(optimizer, learning_rate, batch_size)
      )
    );
  });
  if (grid.length > MOST) {
    throw new UsageError(
      `Cannot try ${grid.length} combinations: give fewer values, for at most ${MOST}`,
    );
  }
  const labels = grid.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new UsageError(`Cannot try ${twice} twice: give each value once`);
  return grid;
}

/** One combination, with a label that tells it from all others. */
export function sweepSettings(
  optimizer: string,
  learning_rate: number,
  batch_size: number,
): SweepSettings {
  const label = `${optimizer}-${learning_rate}-${batch_size}`;
  return { label, optimizer, learning_rate, batch_size };
}
