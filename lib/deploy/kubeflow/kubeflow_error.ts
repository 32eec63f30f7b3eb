/**
 * What Kubeflow Pipelines refuses or fails at.
 *
 * @module
 */
import { ServiceError } from "../../base/service_error.ts";

/**
 * A call to Kubeflow Pipelines that failed. Its `code` is the name of gRPC's status, such as
 * `NOT_FOUND`; without one `NO_ANSWER` where nobody answered and `NOT_KUBEFLOW` where somebody else
 * did.
 */
export class KubeflowError extends ServiceError {
  /** The class, for logs. */
  override name = "KubeflowError";
}

/** Whether an error says that Kubeflow has no such thing. */
export function isMissing(error: unknown): error is KubeflowError {
  return error instanceof KubeflowError && error.code === "NOT_FOUND";
}

/** Whether an error says that there is such a thing already. */
export function isTaken(error: unknown): error is KubeflowError {
  return error instanceof KubeflowError && error.code === "ALREADY_EXISTS";
}

/** The error for a run that is not there, where it must be. */
export function noSuchRun(action: string, { url }: { readonly url: string }): KubeflowError {
  return new KubeflowError(
    `Cannot ${action} Kubeflow Pipelines at ${url}: there is no such run, or no longer; the id ` +
      "stands at the end of its page's address",
    { code: "NOT_FOUND", status: 404, retryable: false },
  );
}

/** What the call gives; `undefined` where Kubeflow has no such thing. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What the call gives, which is good to know and not needed: `undefined` where it fails. */
export async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof KubeflowError) return undefined;
    throw error;
  }
}
