/**
 * What a run records of the training of its model: the same whether it was done just now or is
 * taken from a cache.
 *
 * @module
 */
import type { ModelDescription } from "../model/trained_model.ts";
import type { ArtifactInfo } from "../pipeline/artifact_store.ts";
import type { Run } from "../pipeline/tracker.ts";
import { attachAll } from "./attach_all.ts";
import { datasetInput } from "./dataset_inputs.ts";
import { engineParams, trainingParams, type TrainingRequest } from "./training_params.ts";

/** Before training: what is asked for, and the digits. */
export async function recordTrainingRequest(
  run: Run,
  request: TrainingRequest,
  { dataset, train, validation }: {
    /** The dataset's name. */
    readonly dataset: string;
    /** Where the digits to learn from are; not recorded when nobody knows. */
    readonly train?: ArtifactInfo | undefined;
    /** Where the digits to choose by are; not recorded when nobody knows. */
    readonly validation?: ArtifactInfo | undefined;
  },
): Promise<void> {
  const { imageShape, trainCount, validationCount } = request;
  await run.params(trainingParams(request));
  for (
    const [context, info, count] of [
      ["training", train, trainCount],
      ["validation", validation, validationCount],
    ] as const
  ) {
    if (info) await run.input(datasetInput({ dataset, context, info, count, imageShape }));
  }
}

/** After training: what computed, the network as text and picture, the curves. */
export async function recordTrainedModel(run: Run, description: ModelDescription): Promise<void> {
  const { layers, imageShape, history, bestEpoch, training } = description;
  await run.params(engineParams(training));
  await run.tag({ best_epoch: String(bestEpoch) });
  // Loaded when there is something to draw: the charts' library is large.
  const [{ modelSummary }, { architectureSvg }, { trainingChart }, { renderChart }, { onPaper }] =
    await Promise.all([
      import("../draw/model_summary.ts"),
      import("../draw/architecture.ts"),
      import("../draw/training_charts.ts"),
      import("../draw/chart.ts"),
      import("../draw/portable_picture.ts"),
    ]);
  const curves = await renderChart(trainingChart(history), "Loss, accuracy, rate by epoch");
  await attachAll(run, {
    "model_summary.txt": modelSummary(description),
    "architecture.svg": onPaper(architectureSvg(layers, imageShape)),
    "training_curves.svg": onPaper(curves),
  });
}
