/**
 * Works through a sequence, several items at a time. Pure.
 *
 * @module
 */

/**
 * Takes one item after another as workers become free, so that no more items than `count` are
 * there at the same time. After a failure nothing new is begun; it comes back when all work
 * has ended.
 * @param work is given a signal that is aborted when other work has failed.
 * @throws {RangeError} when `count` is below 1.
 * @throws what failed first.
 */
export async function forEachParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  count: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!(count >= 1)) {
    throw new RangeError(`Cannot work on ${count} at a time: the concurrency must be 1 or more`);
  }
  const iterator = one(items);
  const stop = new AbortController();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    try {
      while (!stop.signal.aborted) {
        const next = await iterator.next();
        if (next.done) return;
        if (!stop.signal.aborted) await work(next.value, stop.signal);
      }
    } catch (error) {
      failures.push(error);
      stop.abort(error);
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failures.length === 0) return;
  await iterator.return();
  throw failures[0];
}

/** Asks for one item after another: not every sequence can be asked for several at once. */
async function* one<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void> {
  yield* items;
}
