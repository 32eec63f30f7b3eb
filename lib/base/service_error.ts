/**
 * What another server refuses or fails at.
 *
 * @module
 */
import { UnavailableError } from "./errors.ts";

/** What is known of a call that failed. */
export interface ServiceFailure {
  /**
   * The server's own name of what went wrong; without one `NO_ANSWER` where nobody answered, and
   * `NOT_…` where somebody else did.
   */
  readonly code: string;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Whether the same call may succeed later, with nothing changed here. */
  readonly retryable: boolean;
}

/** A call that failed. Its message is for people and tells nothing secret. */
export class ServiceError extends UnavailableError {
  /** The class, for logs. */
  override name = "ServiceError";
  /** The server's own name of what went wrong, or one of {@linkcode ServiceFailure}. */
  readonly code: string;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Whether the same call may succeed later, with nothing changed here. */
  readonly retryable: boolean;

  /** Keeps what is known beside the message. */
  constructor(message: string, failure: ServiceFailure, options?: ErrorOptions) {
    super(message, options);
    this.code = failure.code;
    this.status = failure.status;
    this.retryable = failure.retryable;
  }
}
