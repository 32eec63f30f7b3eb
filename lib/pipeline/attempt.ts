/**
 * One attempt at something that may take too long or be cancelled.
 *
 * @module
 */
import { UnavailableError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";

// Long enough to close files and threads, short enough for somebody who pressed Ctrl-C.
const graceMs = 5_000;

/** What limits an attempt. */
export interface AttemptOptions {
  readonly signal: AbortSignal;
  /** null is for ever. */
  readonly timeoutMs: number | null;
  readonly host: Pick<Host, "sleep">;
}

/**
 * Runs `body` with a signal that is aborted when time is up or the outer signal
 * is. A body that then does not end soon is left to itself.
 * @param body gets a second signal, aborted when nobody waits for it any more
 * @throws the outer signal's reason, an {@linkcode UnavailableError} when time is up, or what
 * `body` throws.
 */
export async function attempt<T>(
  body: (signal: AbortSignal, over: AbortSignal) => Promise<T>,
  { signal, timeoutMs, host }: AttemptOptions,
): Promise<T> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const cancel = () => stop.abort(signal.reason);
  signal.addEventListener("abort", cancel, { once: true });
  const over = new AbortController();
  const later = (milliseconds: number, act: () => void) =>
    host.sleep(milliseconds, { signal: over.signal }).then(act, () => {}); // over before then
  if (timeoutMs !== null) {
    later(timeoutMs, () =>
      stop.abort(
        new UnavailableError(`Cannot wait any longer as it took more than ${timeoutMs / 1000} s`),
      ));
  }
  const abandoned = new Promise<never>((_, reject) =>
    stop.signal.addEventListener("abort", () => later(graceMs, () => reject(stop.signal.reason)))
  );
  try {
    const value = await Promise.race([body(stop.signal, over.signal), abandoned]);
    stop.signal.throwIfAborted(); // a body may have ignored it and ended all the same
    return value;
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    over.abort();
    signal.removeEventListener("abort", cancel);
  }
}
