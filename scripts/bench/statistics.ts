/**
 * What repeated measurements say. Pure.
 *
 * @module
 */

/** The middle of some measurements, and how far they spread. */
export interface Quartiles {
  /** A quarter of the values is below. */
  readonly lower: number;
  readonly median: number;
  /** A quarter of the values is above. */
  readonly upper: number;
}

/**
 * Median and quartiles, between values by linear interpolation as `numpy.quantile` has them.
 * @throws {RangeError} when there are no values.
 */
export function quartiles(values: readonly number[]): Quartiles {
  if (values.length === 0) throw new RangeError("Cannot take quartiles of no values");
  const sorted = values.toSorted((a, b) => a - b);
  return {
    lower: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.75),
  };
}

/** How many times larger the first median is than the second. */
export function ratioOfMedians(values: readonly number[], others: readonly number[]): number {
  return quartiles(values).median / quartiles(others).median;
}

/** @param share 0..1 of the values are below. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
