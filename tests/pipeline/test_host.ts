/** A machine for the runner: only a clock, and waits that pass when a test says so. */
import type { Host } from "../../lib/base/host.ts";

export interface TestHost extends Host {
  /** Every wait that was begun, in milliseconds. */
  readonly waits: readonly number[];
  /** Lets all waits of this length pass, as soon as there is one. */
  pass(milliseconds: number): Promise<void>;
}

interface Wait {
  readonly milliseconds: number;
  resolve(): void;
}

/** @param held waits of these lengths pass only by `pass()`, all others at once */
export function testHost(held: readonly number[] = []): TestHost {
  const waits: number[] = [];
  const pending = new Set<Wait>();
  let began = Promise.withResolvers<void>();
  let now = 1_000_000;
  const notHere = () => {
    throw new Error("this machine has only a clock");
  };
  return {
    now: () => now,
    sleep(milliseconds, { signal } = {}) {
      waits.push(milliseconds);
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (!held.includes(milliseconds)) {
        now += milliseconds;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const wait = { milliseconds, resolve };
        pending.add(wait);
        signal?.addEventListener("abort", () => {
          pending.delete(wait);
          reject(signal.reason);
        }, { once: true });
        began.resolve();
        began = Promise.withResolvers();
      });
    },
    waits,
    async pass(milliseconds) {
      const due = () => [...pending].filter((wait) => wait.milliseconds === milliseconds);
      while (due().length === 0) await began.promise;
      for (const wait of due()) {
        pending.delete(wait);
        now += milliseconds;
        wait.resolve();
      }
    },
    randomSeed: notHere,
    fetch: notHere,
    worker: notHere,
    cores: 2,
    disk: {
      read: notHere,
      stat: notHere,
      list: notHere,
      write: notHere,
      append: notHere,
      rename: notHere,
      remove: notHere,
    },
    cacheFolder: "",
  };
}
