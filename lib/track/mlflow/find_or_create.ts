/**
 * Makes a thing once, however the answers get lost.
 *
 * @module
 */
import { waitForRetry } from "../../base/retry.ts";
import { HttpError } from "../../base/http_error.ts";
import { MlflowError } from "./mlflow_error.ts";
import type { RestApi } from "./rest_api.ts";

/**
 * What `find` gives, or else what `create` makes. Where a creation failed and might have
 * been done, it looks again before it tries again. Two programs that do so at the same
 * moment may still make two.
 */
export async function findOrCreate<T>(
  api: RestApi,
  { find, create, signal }: {
    readonly find: () => Promise<T | undefined>;
    readonly create: () => Promise<T>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<T> {
  for (let failures = 1;; failures++) {
    const found = await find();
    if (found !== undefined) return found;
    try {
      return await create();
    } catch (error) {
      const { retry } = api.http;
      const cause = error instanceof MlflowError ? error.cause : undefined;
      const again = cause instanceof HttpError && cause.retryable && failures < retry.attempts;
      if (!again) throw error;
      await waitForRetry(cause, failures, { ...retry, ...(signal && { signal }) });
    }
  }
}

/** Which tag tells one thing from all others. */
export interface IdentityTag {
  /** The tag's. */
  readonly key: string;
  /** Different for each of them. */
  readonly value: string;
}
