/**
 * What is recorded of a run once its steps are done.
 *
 * @module
 */
import { epochMetrics } from "../../lib/steps/epoch_metrics.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { StoredArtifact } from "../../lib/pipeline/port.ts";
import type { RunResult } from "../../lib/pipeline/run_event.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";

/**
 * Steps that come from the cache log nothing, so what they found is logged for
 * them: a run's record has the same metrics either way (but for the times).
 */
export async function logCachedMetrics(run: Run, { tasks, steps }: RunResult): Promise<void> {
  const cached = new Set(steps.filter(({ cached }) => cached).map(({ name }) => name));
  const { model } = tasks["train"] ?? {};
  if (!model) return;
  const { description } = await (model as StoredArtifact<TrainedModel>).value();
  if (cached.has("train")) {
    for (const epoch of description.history) await run.log(epochMetrics(epoch), epoch.epoch);
  }
  const { accuracy } = tasks["evaluate"] ?? {};
  if (cached.has("evaluate") && typeof accuracy === "number") {
    await run.log({ test_accuracy: accuracy }, description.bestEpoch);
  }
}
