/**
 * Choosing the best of several models, as a component.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import { defineComponent } from "../pipeline/component.ts";
import { list, number, struct } from "../pipeline/port.ts";
import { modelArtifact, modelArtifacts } from "./artifacts.ts";
import { epochMetrics } from "./epoch_metrics.ts";
import { recordTrainedModel, recordTrainingRequest } from "./record_training.ts";
import { sweepSettings } from "./sweep_grid.ts";
import { requestOf } from "./training_params.ts";

/**
 * Takes the model that reads most validation digits right; of equal ones the first. The run gets its
 * parameters and curves as if no other had been trained. Only what the models say of themselves
 * counts: Kubeflow promises no order of what the turns of a loop gave.
 */
export const chooseStep = defineComponent({
  name: "choose",
  description: "Chooses the model that reads most validation digits right",
  inputs: {
    models: modelArtifacts("What the trainings made"),
    speeds: list("Of the trainings, in images/s"),
  },
  outputs: {
    model: modelArtifact("The best of them"),
    settings: struct("What it was trained with"),
    validation_accuracy: number("Of the best, 0..1"),
    images_per_second: number("Of all trainings on average, without validation"),
  },
  async run({ models, speeds }, { run }) {
    const [first, ...others] = models;
    if (first === undefined) throw new DataError("Cannot choose a model as none was trained");
    const model = others.reduce(
      (best, other) => accuracyOf(other) > accuracyOf(best) ? other : best,
      first,
    );
    const { description } = model;
    const { optimizer, learningRate, batchSize } = description.training;
    await recordTrainingRequest(run, requestOf(description), { dataset: description.dataset });
    for (const epoch of description.history) await run.log(epochMetrics(epoch), epoch.epoch);
    await recordTrainedModel(run, description);
    return {
      model,
      settings: sweepSettings(optimizer.name, learningRate, batchSize),
      validation_accuracy: accuracyOf(model),
      images_per_second: speeds.map(Number).reduce((sum, speed) => sum + speed, 0) / models.length,
    };
  },
});

/** Of the best epoch, on the validation digits. */
function accuracyOf({ description: { history, bestEpoch } }: TrainedModel): number {
  return history[bestEpoch - 1]?.validationAccuracy ?? 0;
}
