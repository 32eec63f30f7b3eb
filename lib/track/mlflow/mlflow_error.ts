/**
 * What an MLflow server refuses or fails at.
 *
 * @module
 */
import { ServiceError } from "../../base/service_error.ts";

/**
 * A call to an MLflow server that failed. Its `code` is MLflow's `error_code`, such as
 * `RESOURCE_DOES_NOT_EXIST`; without one `NO_ANSWER` where nobody answered and `NOT_MLFLOW` where
 * somebody else did.
 */
export class MlflowError extends ServiceError {
  /** The class, for logs. */
  override name = "MlflowError";
}

/** Whether an error says that MLflow has no such thing. */
export function isMissing(error: unknown): error is MlflowError {
  return error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST";
}

/** Whether an error says that there is such a thing already. */
export function isTaken(error: unknown): error is MlflowError {
  return error instanceof MlflowError && error.code === "RESOURCE_ALREADY_EXISTS";
}

/** What the call gives; `undefined` where MLflow has no such thing. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
