/**
 * How long an S3 server is waited for.
 *
 * @module
 */
import type { HttpHost } from "../base/open_http.ts";
import { waitForRetry } from "../base/retry.ts";
import type { S3Failure } from "./s3_failure.ts";

/** What patience is for. */
export interface S3PatienceOptions {
  readonly host: HttpHost;
  /** How long failures may go on. */
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told of the wait, once it is more than a hiccup. */
  readonly tell: (failure: S3Failure) => void;
  /** Makes what is thrown in the end. */
  readonly explain: (failure: S3Failure) => Error;
}

const TOLD_AT = 3; // failures in a row, after about a second: a hiccup is not worth a word

/** The patience of one request, or of one download. */
export class S3Patience {
  readonly #options: S3PatienceOptions;
  #start: number;
  #failures = 0;

  /** Begins now. */
  constructor(options: S3PatienceOptions) {
    this.#options = options;
    this.#start = options.host.now();
  }

  /** Something went well: begins anew. */
  reset(): void {
    this.#start = this.#options.host.now();
    this.#failures = 0;
  }

  /**
   * Waits until it is time for another attempt, longer from time to time.
   * @throws what explains the failure, where another attempt makes no sense.
   */
  async wait(failure: S3Failure): Promise<void> {
    const { host, patienceMs, signal, tell, explain } = this.#options;
    this.#failures++;
    const isOver = host.now() - this.#start >= patienceMs;
    if (!failure.retryable || isOver) throw explain(failure);
    if (this.#failures === TOLD_AT) tell(failure);
    try {
      const attempts = Infinity;
      await waitForRetry(failure, this.#failures, { host, attempts, ...(signal && { signal }) });
    } catch (error) {
      throw error === failure ? explain(failure) : error; // the server asks for too long a wait
    }
  }
}
