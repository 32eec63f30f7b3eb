/**
 * Work that is asked for more often than it can be done. Pure.
 *
 * @module
 */

/**
 * Does one task at a time. While it does, only the newest value that comes in is
 * kept: it is next, and those before it are never worked on.
 *
 * @param task must not reject.
 */
export function newestWins<T>(task: (value: T) => Promise<void>): (value: T) => void {
  let waiting: { readonly value: T } | undefined;
  let busy = false;
  async function work(): Promise<void> {
    busy = true;
    while (waiting) {
      const { value } = waiting;
      waiting = undefined;
      await task(value);
    }
    busy = false;
  }
  return (value) => {
    waiting = { value };
    if (!busy) work();
  };
}
