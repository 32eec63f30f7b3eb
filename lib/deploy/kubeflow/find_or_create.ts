/**
 * Makes a thing once, however the answers get lost.
 *
 * @module
 */
import { HttpError } from "../../base/http_error.ts";
import { waitForRetry } from "../../base/retry.ts";
import { isTaken, KubeflowError } from "./kubeflow_error.ts";
import type { CallOptions, KubeflowHttp } from "./kubeflow_http.ts";

/**
 * What `find` gives, or else what `create` makes. Where a creation failed and might have been
 * done, or somebody was faster, it looks again before it tries again.
 */
export async function findOrCreate<T>(
  http: KubeflowHttp,
  { find, create, signal }: CallOptions & {
    readonly find: () => Promise<T | undefined>;
    readonly create: () => Promise<T>;
  },
): Promise<T> {
  const { retry } = http;
  for (let failures = 1;; failures++) {
    const found = await find();
    if (found !== undefined) return found;
    try {
      return await create();
    } catch (error) {
      if (failures >= retry.attempts) throw error;
      if (isTaken(error)) continue;
      const cause = error instanceof KubeflowError ? error.cause : undefined;
      if (!(cause instanceof HttpError)) throw error;
      // A refusal comes as status 500 too, and says so: only a lost answer is worth another look.
      if (cause.status !== null && cause.status < 502) throw error;
      await waitForRetry(cause, failures, { ...retry, ...(signal && { signal }) });
    }
  }
}
