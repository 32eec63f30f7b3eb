/**
 * An end to requests that do not end: clients that send their bodies a byte a minute,
 * and whatever else may hang.
 *
 * @module
 */
import type { Handler } from "./handler.ts";

interface Pending {
  readonly since: number;
  readonly answer: (response: Response) => void;
}

/** A handler that answers in time. */
export interface DeadlineHandler {
  readonly handler: Handler;
  /** One more tick of the clock: answers 408 to requests that have seen `ticks` of them. */
  tick(): void;
}

/**
 * Answers 408 in place of a handler that takes too long. `Deno.serve` has no way to cut
 * the connection: what was read of the body is kept until the client leaves, so a handler
 * should hold nothing else while it reads. Counts ticks, as reading a clock would cost
 * every request.
 */
export function withDeadline(handler: Handler, { ticks }: { ticks: number }): DeadlineHandler {
  // Places that are used again, not a Set: that moves on in memory as entries come and go,
  // and what it leaves behind keeps requests alive until the next full garbage collection.
  const pending: (Pending | undefined)[] = [];
  const free: number[] = [];
  let now = 0;

  function forget(place: number): void {
    pending[place] = undefined;
    free.push(place);
  }
  return {
    handler(request) {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const place = free.pop() ?? pending.length;
      pending[place] = { since: now, answer: resolve };
      handler(request).then(
        (response) => {
          forget(place);
          resolve(response);
        },
        (error) => {
          forget(place);
          reject(error);
        },
      );
      return promise;
    },
    tick() {
      now++;
      for (const [place, entry] of pending.entries()) {
        if (entry === undefined || now - entry.since <= ticks) continue;
        pending[place] = undefined; // Free once the handler ends.
        entry.answer(Response.json(
          { error: "Cannot wait longer for the request to end: send it faster, or less at a time" },
          { status: 408, headers: { connection: "close" } },
        ));
      }
    },
  };
}
