/** A machine whose pauses take no time, while its time limits are real. */
import type { HttpHost } from "../../lib/base/open_http.ts";
import { localHost } from "../../lib/base/local_host.ts";

export interface S3Host extends HttpHost {
  /** Pauses so far, in milliseconds. */
  readonly pauses: readonly number[];
}

export function s3Host(): S3Host {
  const machine = localHost({ cacheFolder: "" });
  const pauses: number[] = [];
  let now = Date.now();
  return {
    now: () => now,
    randomSeed: () => machine.randomSeed(),
    fetch: (url, options) => machine.fetch(url, options),
    sleep(milliseconds, options) {
      if (milliseconds >= 30_000) return machine.sleep(milliseconds, options);
      options?.signal?.throwIfAborted();
      pauses.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
    pauses,
  };
}
