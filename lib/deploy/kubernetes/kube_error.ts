/**
 * What a cluster refuses, and why.
 *
 * @module
 */
import { UnavailableError } from "../../base/errors.ts";

/**
 * Why a cluster did not do what it was asked: who asks is not known, or may not; an admission
 * webhook said no; there is no such object, or no such kind; another manager owns a field; the
 * object is not valid; the namespace's quota is used up; the cluster does not answer; it is not
 * known where one is; or something else.
 */
export type KubeFailure =
  | "unauthorized"
  | "forbidden"
  | "denied"
  | "missing"
  | "not-installed"
  | "conflict"
  | "invalid"
  | "quota"
  | "unreachable"
  | "unconfigured"
  | "other";

/** A request that a cluster did not answer as wanted; its message says what to do. */
export class KubeError extends UnavailableError {
  /** The class, for logs. */
  override name = "KubeError";
  /** What kind of failure it is. */
  readonly failure: KubeFailure;
  /** What the API server answered; null when it gave no answer. */
  readonly status: number | null;
  /** Who owns the fields that a conflict is about. */
  readonly managers: readonly string[];

  /** Says it in one sentence. */
  constructor(message: string, { failure, status = null, managers = [], cause }: {
    readonly failure: KubeFailure;
    readonly status?: number | null;
    readonly managers?: readonly string[];
    readonly cause?: unknown;
  }) {
    super(message, { cause });
    this.failure = failure;
    this.status = status;
    this.managers = managers;
  }
}
