/**
 * When to try a failed request again.
 *
 * @module
 */
import { HttpError } from "./http_error.ts";
import type { HttpHost } from "./open_http.ts";

const MAX_WAIT_MS = 60_000; // a server that asks for more patience than this gets none

/**
 * Waits until it is time for another attempt.
 *
 * @param failures how many attempts have failed so far.
 * @throws the error itself where another attempt makes no sense.
 */
export async function waitForRetry(
  error: unknown,
  failures: number,
  { host, attempts, signal }: {
    readonly host: HttpHost;
    readonly attempts: number;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  if (!(error instanceof HttpError) || !error.retryable || failures >= attempts) throw error;
  const longest = Math.min(500 * 2 ** (failures - 1), 8_000);
  const jitter = 0.5 + 0.5 * (host.randomSeed() / 0x1_0000_0000); // clients must not come back in step
  const waitMs = error.retryAfterMs ?? longest * jitter;
  if (waitMs > MAX_WAIT_MS) throw error;
  await host.sleep(waitMs, signal ? { signal } : {});
}
