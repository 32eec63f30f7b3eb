/**
 * What became of the steps of a run, in the pipeline's order, whichever ended first. Pure.
 *
 * @module
 */

/** The place of one step, or of several in order. */
export class StepLog<T> {
  #entry: T | undefined;
  readonly #parts: StepLog<T>[] = [];

  /** A place after those that were given out before. */
  part(): StepLog<T> {
    const part = new StepLog<T>();
    this.#parts.push(part);
    return part;
  }

  /** Keeps what became of the step whose place this is. */
  write(entry: T): void {
    this.#entry = entry;
  }

  /** Everything that was kept, in order. */
  entries(): T[] {
    const own = this.#entry === undefined ? [] : [this.#entry];
    return [...own, ...this.#parts.flatMap((part) => part.entries())];
  }
}
