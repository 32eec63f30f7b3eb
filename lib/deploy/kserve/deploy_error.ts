/**
 * A model that did not come into service.
 *
 * @module
 */
import { UnavailableError } from "../../base/errors.ts";

/** Why a model does not answer; its message says what to do. */
export class DeployError extends UnavailableError {
  /** The class, for logs. */
  override name = "DeployError";
  /** In a word, such as `ModelLoadFailed`, `ImagePullBackOff`, `TimedOut` or `SmokeTestFailed`. */
  readonly reason: string;
  /** How the log of the container that failed ends; empty where there is none. */
  readonly log: string;

  /** Says it in one sentence. */
  constructor(message: string, { reason, log = "", cause }: {
    readonly reason: string;
    readonly log?: string;
    readonly cause?: unknown;
  }) {
    super(message, { cause });
    this.reason = reason;
    this.log = log;
  }
}
