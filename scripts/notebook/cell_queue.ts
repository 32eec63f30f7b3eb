/**
 * The cells that a notebook has sent and that wait for their turn.
 *
 * @module
 */

/** One is run after the other, in order. */
export class CellQueue<T> {
  readonly #waiting: T[] = [];
  #isRunning = false;

  /** Takes one up; tells whether it is its turn right now. */
  add(cell: T): boolean {
    if (this.#isRunning) this.#waiting.push(cell);
    const isItsTurn = !this.#isRunning;
    this.#isRunning = true;
    return isItsTurn;
  }

  /** The one that ran is done: gives the next. */
  next(): T | undefined {
    const next = this.#waiting.shift();
    this.#isRunning = next !== undefined;
    return next;
  }

  /** Gives all that wait: they wait no more. */
  drop(): readonly T[] {
    return this.#waiting.splice(0);
  }
}
