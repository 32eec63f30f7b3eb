/**
 * Looking again now and then, where nobody says that something has changed.
 *
 * @module
 */
import type { Host } from "../base/host.ts";

/** Yields every `pollMs`, until aborted. */
export async function* pollChanges(
  pollMs: number,
  { sleep, signal }: { readonly sleep: Host["sleep"]; readonly signal: AbortSignal },
): AsyncIterable<void> {
  while (!signal.aborted) {
    try {
      await sleep(pollMs, { signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    yield;
  }
}
