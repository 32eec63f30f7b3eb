/**
 * The learning rate over the course of a training.
 *
 * @module
 */

/** How the learning rate goes from its peak: it stays, falls on a line to 0, or on half a cosine wave to 0. */
export type Schedule = "constant" | "linear" | "cosine";

/** Every schedule there is. */
export const schedules: readonly Schedule[] = ["constant", "linear", "cosine"];

/** The course of a learning rate. */
export interface LearningRateOptions {
  /** What follows the warm-up. */
  readonly schedule: Schedule;
  /** The highest rate. */
  readonly peak: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** The share of the steps, 0..1, on which the rate first climbs to its peak. */
  readonly warmUp: number;
}

/**
 * The learning rate of one step. It climbs on a line during the warm-up, whose
 * last step has the peak, and then follows the schedule; no step has 0.
 *
 * @param step 0 for the first.
 */
export function learningRateAt(step: number, options: LearningRateOptions): number {
  const { schedule, peak, steps } = options;
  const warmUpSteps = Math.round(options.warmUp * steps);
  if (step < warmUpSteps) return peak * (step + 1) / warmUpSteps;
  const done = (step - warmUpSteps) / (steps - warmUpSteps);
  switch (schedule) {
    case "constant":
      return peak;
    case "linear":
      return peak * (1 - done);
    case "cosine":
      return peak * (1 + Math.cos(Math.PI * done)) / 2;
  }
}
