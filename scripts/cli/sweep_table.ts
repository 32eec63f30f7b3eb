/**
 * What a sweep found, as a table.
 *
 * @module
 */
import type { RunResult } from "../../lib/pipeline/run_event.ts";
import type { SweepSettings } from "../../lib/steps/sweep_grid.ts";
import { percent } from "./run_facts.ts";
import { tableLines } from "./table.ts";

/** One training of a sweep, as `--json` prints it. */
export interface SweepTrial extends Omit<SweepSettings, "label"> {
  readonly label: string;
  /** 0..1; null where the training did not come to an end. */
  readonly validationAccuracy: number | null;
  /** Null also where the training was done before. */
  readonly seconds: number | null;
  readonly cached: boolean;
  /** Whether it gave the model that was judged. */
  readonly best: boolean;
}

/** Every training, in the order of the grid. */
export function sweepTrials(
  grid: readonly SweepSettings[],
  { tasks, steps }: RunResult,
): readonly SweepTrial[] {
  const { settings } = tasks["choose"] ?? {};
  const chosen = (settings as SweepSettings | undefined)?.label;
  return grid.map(({ label, ...rest }, turn) => {
    const name = `train.${turn}`;
    const { validation_accuracy } = tasks[name] ?? {};
    const report = steps.find((step) => step.name === name);
    return {
      label,
      ...rest,
      validationAccuracy: typeof validation_accuracy === "number" ? validation_accuracy : null,
      seconds: report === undefined || report.cached ? null : report.seconds,
      cached: report?.cached ?? false,
      best: label === chosen,
    };
  });
}

/** The best first. */
export function sweepTable(trials: readonly SweepTrial[]): readonly string[] {
  const ranked = trials.toSorted((a, b) =>
    (b.validationAccuracy ?? -1) - (a.validationAccuracy ?? -1)
  );
  return tableLines(
    ["optimizer", "learning rate", "batch", "validation", "seconds", ""],
    ranked.map(({ optimizer, learning_rate, batch_size, validationAccuracy, ...trial }) => [
      optimizer,
      String(learning_rate),
      String(batch_size),
      validationAccuracy === null ? "" : percent(validationAccuracy),
      trial.seconds === null ? "" : trial.seconds.toFixed(1),
      [...trial.best ? ["best"] : [], ...trial.cached ? ["from the cache"] : []].join(", "),
    ]),
  );
}
