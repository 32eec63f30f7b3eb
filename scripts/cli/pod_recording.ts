/**
 * Where a step in a pod is recorded.
 *
 * @module
 */
import type { Run } from "../../lib/pipeline/tracker.ts";

/** How a step ended. */
export type StepEnd = "succeeded" | "failed" | "stopped";

/** A run that a step is recorded in, maybe with steps in other pods. */
export interface PodRecording extends AsyncDisposable {
  readonly run: Run;
  /** Tells how the step ended, and sends what is not sent yet; never throws for a server's sake. */
  end(how: StepEnd, error?: string): Promise<void>;
}
