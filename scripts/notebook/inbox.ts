/**
 * Things that arrive when they like, and are taken in order.
 *
 * @module
 */

/** Keeps what has arrived until somebody takes it. For one taker. */
export class Inbox<T> {
  readonly #things: T[] = [];
  #end: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  /** Something has arrived. */
  put(thing: T): void {
    this.#things.push(thing);
    this.#wake();
  }

  /** Nothing will arrive any more: whoever takes more than there is gets this error. */
  close(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** Waits for the next one. */
  async take(): Promise<T> {
    while (this.#things.length === 0) {
      if (this.#end) throw this.#end.error;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#things.shift()!;
  }

  /** Everything that is there. */
  takeAll(): readonly T[] {
    return this.#things.splice(0);
  }
}
