/**
 * Tries things one after another, and says how each went.
 *
 * @module
 */
import { messageOf } from "../../lib/base/errors.ts";

/** How something went. `skipped`: it needs something that failed. */
export type Verdict = "ok" | "warning" | "failed" | "skipped";

/** What came of one check. */
export interface Finding {
  /** Such as `MLflow at http://127.0.0.1:5000`. */
  readonly topic: string;
  /** What was tried, such as `write an object`. */
  readonly what: string;
  readonly verdict: Verdict;
  /** Null when it was skipped. */
  readonly seconds: number | null;
  /** What was found, or what failed and why; nothing secret. */
  readonly detail: string;
  /** What to look at next; null when all is well. */
  readonly advice: string | null;
}

/** One thing to try. */
export interface Check {
  readonly what: string;
  /** Gives what was found. Rejects with what failed, with {@linkcode Doubt} when one can go on. */
  run(): Promise<string>;
}

/** Things to try in order: when one fails, those behind it are skipped. */
export interface Topic {
  readonly topic: string;
  readonly checks: readonly Check[];
  /** What else to look at when a check fails. */
  readonly advise: (error: unknown) => string | null;
}

/** Something that is not as it should be, but in nobody's way. */
export class Doubt extends Error {
  override name = "Doubt";
}

/** Where the time comes from, and who is told what. */
export interface ExamineOptions {
  /** Milliseconds, of any beginning. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Told before each check. */
  readonly onStart?: (what: string) => void;
}

/** Does all checks of all topics. */
export async function* examine(
  topics: readonly Topic[],
  { clock, signal, onStart }: ExamineOptions,
): AsyncGenerator<Finding, void> {
  for (const { topic, checks, advise } of topics) {
    let failed = false;
    for (const { what, run } of checks) {
      signal.throwIfAborted();
      if (failed) {
        yield { topic, what, verdict: "skipped", seconds: null, detail: "", advice: null };
        continue;
      }
      onStart?.(what);
      const start = clock();
      const { verdict, detail, error } = await attempt(run);
      signal.throwIfAborted();
      failed = verdict === "failed";
      const seconds = Math.round(clock() - start) / 1000;
      yield { topic, what, verdict, seconds, detail, advice: failed ? advise(error) : null };
    }
  }
}

async function attempt(
  run: () => Promise<string>,
): Promise<{ readonly verdict: Verdict; readonly detail: string; readonly error?: unknown }> {
  try {
    return { verdict: "ok", detail: await run() };
  } catch (error) {
    const verdict = error instanceof Doubt ? "warning" : "failed";
    return { verdict, detail: messageOf(error), error };
  }
}
