/**
 * What is recorded of a run once its steps are done.
 *
 * @module
 */
import type { Evaluation } from "../../lib/digits/evaluation.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { StoredArtifact, StoredValue } from "../../lib/pipeline/port.ts";
import type { RunResult } from "../../lib/pipeline/run_event.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { epochMetrics } from "../../lib/steps/epoch_metrics.ts";
import { recordEvaluation } from "../../lib/steps/record_evaluation.ts";
import { recordTrainedModel, recordTrainingRequest } from "../../lib/steps/record_training.ts";
import { requestOf } from "../../lib/steps/training_params.ts";
import { trainedIn } from "./pipeline_summary.ts";

/**
 * Steps that come from the cache record nothing, so what they found is recorded for them. The tag
 * `cached_steps` names them. A run then has the same parameters, inputs, attachments and metrics
 * either way, but for what only work that is done can tell: speeds, and the moments within an
 * epoch.
 */
export async function recordCachedSteps(run: Run, result: RunResult): Promise<void> {
  const { tasks, steps } = result;
  const cached = steps.filter(({ cached }) => cached).map(({ name }) => name);
  if (cached.length > 0) await run.tag({ cached_steps: cached.join(", ") });
  if (!cached.includes("train") && !cached.includes("evaluate")) return;
  const { description } = await artifactOf<TrainedModel>(trainedIn(result)!["model"]).value();
  const { train, validation, test } = tasks["preprocess"]!;
  if (cached.includes("train")) {
    await recordTrainingRequest(run, requestOf(description), {
      dataset: description.dataset,
      train: artifactOf(train).info,
      validation: artifactOf(validation).info,
    });
    for (const epoch of description.history) await run.log(epochMetrics(epoch), epoch.epoch);
    await recordTrainedModel(run, description);
  }
  if (cached.includes("evaluate")) {
    const evaluation = await artifactOf<Evaluation>(tasks["evaluate"]!["evaluation"]).value();
    await recordEvaluation(run, evaluation, {
      epoch: description.bestEpoch,
      test: artifactOf(test).info,
    });
  }
}

function artifactOf<T>(output: StoredValue | undefined): StoredArtifact<T> {
  return output as StoredArtifact<T>;
}
