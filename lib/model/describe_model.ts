/**
 * What is written down of a model once it is trained.
 *
 * @module
 */
import type { Engine } from "./engine.ts";
import type { FitResult } from "./fit_context.ts";
import { parameterCount } from "./summary.ts";
import type { ModelDescription } from "./trained_model.ts";
import { type TrainingData, type TrainingSettings, trainingSize } from "./training_settings.ts";

/** Where a model comes from. */
export interface ModelOrigin {
  /** The dataset's name. */
  readonly dataset: string;
  /** What it learned from. */
  readonly data: TrainingData;
  /** How it learned. */
  readonly settings: TrainingSettings;
  /** What computed. */
  readonly engine: Pick<Engine, "name" | "runtime" | "threads">;
}

/** Describes the model that training came to. The same training is described the same, however long it took. */
export function describeModel(
  { history, bestEpoch }: FitResult,
  { dataset, data, settings: { layers, ...settings }, engine }: ModelOrigin,
): ModelDescription {
  const { imageShape, classNames } = data.train;
  return {
    schemaVersion: 1,
    dataset,
    imageShape,
    classNames,
    layers,
    parameterCount: parameterCount(layers, imageShape),
    training: {
      ...settings,
      engine: engine.name,
      runtime: engine.runtime,
      threads: engine.threads,
      ...trainingSize(data),
    },
    history: history.map(({ imagesPerSecond: _, seconds: __, ...result }) => result),
    bestEpoch,
  };
}
