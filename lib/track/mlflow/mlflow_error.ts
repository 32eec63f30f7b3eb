/**
 * What an MLflow server refuses or fails at.
 *
 * @module
 */
import { UnavailableError } from "../../base/errors.ts";

/** What is known of a call that failed. */
export interface MlflowFailure {
  /**
   * MLflow's `error_code`, such as `RESOURCE_DOES_NOT_EXIST`; without one of MLflow's,
   * `NO_ANSWER` where nobody answered and `NOT_MLFLOW` where somebody else did.
   */
  readonly code: string;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Whether the same call may succeed later, with nothing changed here. */
  readonly retryable: boolean;
}

/** A call to an MLflow server that failed. Its message is for people and tells nothing secret. */
export class MlflowError extends UnavailableError {
  /** The class, for logs. */
  override name = "MlflowError";
  /** MLflow's `error_code`, or one of {@linkcode MlflowFailure}. */
  readonly code: string;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Whether the same call may succeed later, with nothing changed here. */
  readonly retryable: boolean;

  /** Keeps what is known beside the message. */
  constructor(message: string, failure: MlflowFailure, options?: ErrorOptions) {
    super(message, options);
    this.code = failure.code;
    this.status = failure.status;
    this.retryable = failure.retryable;
  }
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
