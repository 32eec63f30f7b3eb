/**
 * At most so many at a time. Pure.
 *
 * @module
 */

/**
 * Gives a function that runs what it is given, but at most `count` at the same
 * time; the others wait in the order they came.
 * @throws {RangeError} when `count` is below 1.
 */
export function limitConcurrency(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  if (!(count >= 1)) {
    throw new RangeError(`Cannot run ${count} at a time: the concurrency must be 1 or more`);
  }
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= count) await new Promise<void>((start) => waiting.push(start));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // A place is handed on as it is, so that nobody gets in between.
      if (next === undefined) running--;
      else next();
    }
  };
}
