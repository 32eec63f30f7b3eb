/**
 * Makes a thing once, however the answers get lost.
 *
 * @module
 */
import { HttpError } from "../../base/http_error.ts";
import { isTaken, KubeflowError } from "./kubeflow_error.ts";
import type { CallOptions, KubeflowHttp } from "./kubeflow_http.ts";

/** Waits between looks for what a slow server may still be making. */
const SETTLE_MS = [1_000, 4_000, 8_000];

/**
 * What `find` gives, or else what `create` makes. Where a creation failed and might have been
 * done, or somebody was faster, it looks again, and for a while, before it tries again.
 */
export async function findOrCreate<T>(
  { retry: { host, attempts } }: KubeflowHttp,
  { find, create, signal }: CallOptions & {
    readonly find: () => Promise<T | undefined>;
    readonly create: () => Promise<T>;
  },
): Promise<T> {
  const found = await find();
  if (found !== undefined) return found;
  for (let failures = 1;; failures++) {
    try {
      return await create();
    } catch (error) {
      const wasTaken = isTaken(error);
      if (failures >= attempts || !wasTaken && !wasLost(error)) throw error;
      for (const waitMs of wasTaken ? [0] : SETTLE_MS) {
        await host.sleep(waitMs, signal ? { signal } : {});
        const found = await find();
        if (found !== undefined) return found;
      }
    }
  }
}

/** Whether it says that there was no answer. A refusal comes as status 500 too, and says so. */
function wasLost(error: unknown): boolean {
  const cause = error instanceof KubeflowError ? error.cause : undefined;
  if (!(cause instanceof HttpError)) return false;
  return cause.retryable && (cause.status === null || cause.status >= 502);
}
