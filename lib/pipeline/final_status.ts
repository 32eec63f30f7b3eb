/**
 * How a guarded group of steps ended, as its exit task is told: the form that
 * Kubeflow has for it.
 *
 * @module
 */

/** How the steps ended that an exit task comes after. */
export type FinalStatus = {
  /** Cancelled also when a step outside of the group failed. */
  readonly state: "SUCCEEDED" | "FAILED" | "CANCELLED";
  /** The run: an empty text on this machine. */
  readonly pipelineJobResourceName: string;
  /** The group's id. */
  readonly pipelineTaskName: string;
  /** What went wrong; code 0 and an empty message when nothing did. */
  readonly error: {
    /** Of google.rpc.Code: 0, 1 when it was cancelled, 2 when a step failed. */
    readonly code: number;
    /** One line. */
    readonly message: string;
  };
};
