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

/** What a training of a sweep came to. */
export type TrialResult = Pick<SweepTrial, "validationAccuracy" | "seconds" | "cached">;

const NOT_DONE: TrialResult = { validationAccuracy: null, seconds: null, cached: false };

/** Every training, in the order of the grid. `chosen` is what the step `choose` gave. */
export function sweepTrials(
  grid: readonly SweepSettings[],
  chosen: unknown,
  resultOf: (label: string, turn: number) => TrialResult | undefined,
): readonly SweepTrial[] {
  const best = (chosen as SweepSettings | undefined)?.label;
  return grid.map((settings, turn) => ({
    ...settings,
    ...(resultOf(settings.label, turn) ?? NOT_DONE),
    best: settings.label === best,
  }));
}

/** Every training of a sweep that ran on this machine. */
export function trialsHere(
  grid: readonly SweepSettings[],
  { tasks, steps }: RunResult,
): readonly SweepTrial[] {
  return sweepTrials(grid, tasks["choose"]?.["settings"], (_, turn) => {
    const name = `train.${turn}`;
    const report = steps.find((step) => step.name === name);
    return report && {
      validationAccuracy: accuracyIn(tasks[name]),
      seconds: report.cached ? null : report.seconds,
      cached: report.cached,
    };
  });
}

/** The validation accuracy that the step `train` gave; null where it did not. */
export function accuracyIn(outputs: Readonly<Record<string, unknown>> | undefined): number | null {
  const accuracy = outputs?.["validation_accuracy"];
  return typeof accuracy === "number" ? accuracy : null;
}

/** The best first; without seconds where nobody knows them. */
export function sweepTable(trials: readonly SweepTrial[]): readonly string[] {
  const isTimed = trials.some(({ seconds }) => seconds !== null);
  const ranked = trials.toSorted((a, b) =>
    (b.validationAccuracy ?? -1) - (a.validationAccuracy ?? -1)
  );
  return tableLines(
    ["optimizer", "learning rate", "batch", "validation", ...isTimed ? ["seconds"] : [], ""],
    ranked.map(({ optimizer, learning_rate, batch_size, validationAccuracy, ...trial }) => [
      optimizer,
      String(learning_rate),
      String(batch_size),
      validationAccuracy === null ? "" : percent(validationAccuracy),
      ...isTimed ? [trial.seconds?.toFixed(1) ?? ""] : [],
      [...trial.best ? ["best"] : [], ...trial.cached ? ["from the cache"] : []].join(", "),
    ]),
  );
}
