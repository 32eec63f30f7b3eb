/**
 * The flags of `deno task sweep`, and the sweep's parameters from them.
 *
 * @module
 */
import { sweepGrid, type SweepSettings } from "../../lib/steps/sweep_grid.ts";
import { integer, several, type ValuesOf } from "./options.ts";
import { pipelineOptions, pipelineParams } from "./pipeline_options.ts";

const { optimizer, "learning-rate": rate, "batch-size": batch, ...shared } = pipelineOptions;

/** Those of `deno task pipeline`, three of them with several values. */
export const sweepOptions = {
  optimizer: several(optimizer, "Optimizers to try (adam,sgd)", ["adam", "sgd"] as const),
  "learning-rate": several(rate, "Peak rates to try (the optimizer's default)", undefined),
  "batch-size": several(batch, "Digits a step to try (the optimizer's default)", undefined),
  parallel: integer("Trainings at the same time, which share the cores (1)", 1, {
    low: 1,
    high: 64,
  }),
  ...shared,
};

/** What those flags give. */
export type SweepFlags = ValuesOf<typeof sweepOptions>;

/**
 * The sweep's parameters, `source` being what `--data` stands for.
 *
 * @throws {UsageError} when a value is given twice, or there are too many combinations.
 */
export function sweepParams(flags: SweepFlags, source: string, mirrors: readonly string[]) {
  const [first] = flags.optimizer;
  const common = { "learning-rate": undefined, "batch-size": undefined, optimizer: first! };
  const { optimizer: _, learning_rate: __, batch_size: ___, ...params } = pipelineParams(
    { ...flags, ...common },
    source,
    mirrors,
  );
  return { ...params, grid: gridOf(flags) };
}

function gridOf(flags: SweepFlags): SweepSettings[] {
  return sweepGrid({
    optimizers: flags.optimizer,
    learningRates: flags["learning-rate"],
    batchSizes: flags["batch-size"],
  });
}
