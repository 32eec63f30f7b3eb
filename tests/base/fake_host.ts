/** A machine for tests: a real disk in a folder of its own, and a clock that nobody waits for. */
import type { Host } from "../../lib/base/host.ts";
import { localHost } from "../../lib/base/local_host.ts";

export interface FakeHost extends Host, AsyncDisposable {
  /** Every wait that passed at once, in milliseconds. */
  readonly waits: readonly number[];
  /** Lets a time limit of this length be over, as soon as one is set. */
  expire(milliseconds: number): Promise<void>;
}

const TIME_LIMITS_MS = [3_000, 10_000, 30_000, 120_000, 600_000]; // sleeps of these lengths end only by expire()

/** Waits pass at once, and the clock with them; time limits never end by themselves. */
export async function fakeHost(overrides: Partial<Host> = {}): Promise<FakeHost> {
  const folder = await Deno.makeTempDir({ prefix: "digits-test-" });
  const waits: number[] = [];
  const limits = new Map<number, Set<() => void>>();
  let expiring: (() => void) | undefined;
  let now = 1_000_000;

  function sleepThroughLimit(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending = limits.get(milliseconds) ?? new Set();
      limits.set(milliseconds, pending.add(resolve));
      signal?.addEventListener("abort", () => {
        pending.delete(resolve);
        reject(signal.reason);
      }, { once: true });
      expiring?.();
    });
  }

  return {
    ...localHost({ cacheFolder: `${folder}/cache` }),
    now: () => now,
    randomSeed: () => 0,
    sleep(milliseconds, { signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (TIME_LIMITS_MS.includes(milliseconds)) return sleepThroughLimit(milliseconds, signal);
      waits.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
    ...overrides,
    waits,
    async expire(milliseconds) {
      while (!limits.get(milliseconds)?.size) {
        await new Promise<void>((resolve) => expiring = resolve);
      }
      const pending = [...limits.get(milliseconds)!];
      limits.delete(milliseconds);
      pending.forEach((resolve) => resolve());
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
