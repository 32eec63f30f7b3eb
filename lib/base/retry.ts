/**
 * When to try a failed request again.
 *
 * @module
 */
import { HttpError } from "./http_error.ts";
import type { HttpHost } from "./open_http.ts";

const MAX_WAIT_MS = 60_000; // a server that asks for more patience than this gets none

/** How stubborn to be. */
export interface RetryOptions {
  /** The machine to wait on. */
  readonly host: HttpHost;
  /** Tries in all. */
  readonly attempts: number;
  /**
   * Whether what failed so may be tried again.
   * @default {() => true}
   */
  readonly mayRepeat?: (error: HttpError) => boolean;
  /** Gives the waiting up, with its reason. */
  readonly signal?: AbortSignal;
}

/** What `attempt` gives; tried again, after a growing and partly random wait, where that may help. */
export async function retryHttp<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 1;; failures++) {
    try {
      return await attempt();
    } catch (error) {
      await waitForRetry(error, failures, options);
    }
  }
}

/**
 * Waits until it is time for another attempt.
 *
 * @param failures how many attempts have failed so far.
 * @throws the error itself where another attempt makes no sense.
 */
export async function waitForRetry(
  error: unknown,
  failures: number,
  { host, attempts, mayRepeat = () => true, signal }: RetryOptions,
): Promise<void> {
  if (!(error instanceof HttpError) || !error.retryable) throw error;
  if (failures >= attempts || !mayRepeat(error)) throw error;
  const longest = Math.min(500 * 2 ** (failures - 1), 8_000);
  const jitter = 0.5 + 0.5 * (host.randomSeed() / 0x1_0000_0000); // clients must not come back in step
  const waitMs = error.retryAfterMs ?? longest * jitter;
  if (waitMs > MAX_WAIT_MS) throw error;
  await host.sleep(waitMs, signal ? { signal } : {});
}

/** Whether a failed request surely changed nothing: it never arrived, or was turned away at the door. */
export function nothingHappened({ status, reason }: HttpError): boolean {
  return status === 429 || status === 503 ||
    status === null && /refused|dns error|tcp connect error/i.test(reason);
}
