/**
 * Versions that could not be loaded, why, and when to try again.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

interface Failure {
  readonly revision: string;
  readonly error: unknown;
  readonly tries: number;
  readonly retryAt: number;
}

/** What failed to load, by version. */
export class LoadFailures {
  readonly #host: Pick<Host, "now">;
  readonly #failures = new Map<string, Failure>();

  constructor(host: Pick<Host, "now">) {
    this.#host = host;
  }

  has(version: string): boolean {
    return this.#failures.has(version);
  }

  /** Why a version failed the last time. */
  errorOf(version: string): unknown {
    return this.#failures.get(version)?.error;
  }

  /** Every version that failed, and why. */
  errors(): readonly (readonly [version: string, error: unknown])[] {
    return [...this.#failures].map(([version, { error }]) => [version, error]);
  }

  /** Whether these files of a version did not fail before, or long enough ago. */
  mayTry(version: string, revision: string): boolean {
    const failure = this.#failures.get(version);
    return failure?.revision !== revision || this.#host.now() >= failure.retryAt;
  }

  /** Damaged files stay damaged; anything else may pass, and is tried again less and less often. */
  add(version: string, revision: string, error: unknown): void {
    const last = this.#failures.get(version);
    const tries = last?.revision === revision ? last.tries + 1 : 1;
    const delayMs = error instanceof DataError
      ? Infinity
      : Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
    const retryAt = this.#host.now() + delayMs;
    this.#failures.set(version, { revision, error, tries, retryAt });
  }

  delete(version: string): void {
    this.#failures.delete(version);
  }
}
