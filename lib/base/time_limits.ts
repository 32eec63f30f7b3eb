/**
 * Ends a request that takes too long.
 *
 * @module
 */
import type { Host } from "./host.ts";

/** Two limits that run at once: one for the whole, and one for the present silence. */
export class TimeLimits {
  readonly #host: Pick<Host, "sleep">;
  readonly #late = new AbortController();
  readonly #failure: (reason: string) => Error;
  #stopWhole = () => {};
  #stopSilence = () => {};

  /**
   * Sets no limit yet.
   *
   * @param failure makes what the signal is aborted with.
   */
  constructor(host: Pick<Host, "sleep">, failure: (reason: string) => Error) {
    this.#host = host;
    this.#failure = failure;
  }

  /** Aborted when a limit is over, or by {@linkcode abort}. */
  get signal(): AbortSignal {
    return this.#late.signal;
  }

  /** Limits the whole request. */
  limitWhole(milliseconds: number): void {
    this.#stopWhole = this.#start(milliseconds, "not done within");
  }

  /** Limits the silence that begins now. `what` begins the reason, such as `no answer within`. */
  limitSilence(milliseconds: number, what: string): void {
    this.#stopSilence();
    this.#stopSilence = this.#start(milliseconds, what);
  }

  /** The silence is over. */
  endSilence(): void {
    this.#stopSilence();
  }

  /** Ends the request for another reason. */
  abort(error: unknown): void {
    this.#late.abort(error);
  }

  /** The request is over. */
  stop(): void {
    this.#stopSilence();
    this.#stopWhole();
  }

  #start(milliseconds: number, what: string): () => void {
    if (milliseconds === Infinity) return () => {};
    const stop = new AbortController();
    const late = () => this.#late.abort(this.#failure(`${what} ${milliseconds / 1000} s`));
    this.#host.sleep(milliseconds, { signal: stop.signal }).then(late, () => {});
    return () => stop.abort();
  }
}
