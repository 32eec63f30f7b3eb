/**
 * How a model was trained, as a tracker's parameters.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import type { Engine, Optimizer } from "../model/engine.ts";
import { summarizeLayers } from "../model/summary.ts";
import type { ModelDescription } from "../model/trained_model.ts";
import type { TrainingSettings } from "../model/training_settings.ts";
import type { JsonValue } from "../pipeline/port.ts";

/** What a training is asked to do, and with how much. */
export interface TrainingRequest {
  /** Every one decided. */
  readonly settings: TrainingSettings;
  /** Of the pictures. */
  readonly imageShape: ImageShape;
  /** Pictures to learn from. */
  readonly trainCount: number;
  /** Pictures to choose by. */
  readonly validationCount: number;
}

/** What a model was trained by. */
export function requestOf({ layers, imageShape, training }: ModelDescription): TrainingRequest {
  const { trainCount, validationCount, engine: _, runtime: __, threads: ___, ...settings } =
    training;
  return { settings: { ...settings, layers }, imageShape, trainCount, validationCount };
}

/**
 * What Keras's autologging tells, and more: with the numbers that the optimizer's defaults stand
 * for. No name is one of the pipeline's own parameters, of which 0 may mean such a default and
 * which never change.
 */
export function trainingParams(request: TrainingRequest): Readonly<Record<string, JsonValue>> {
  const { settings, imageShape, trainCount, validationCount } = request;
  const { layers, epochs, batchSize, optimizer, learningRate, patience } = settings;
  const summaries = summarizeLayers(layers, imageShape);
  const dropouts = layers.flatMap((layer) => layer.type === "dropout" ? [layer.rate] : []);
  return {
    epochs,
    steps_per_epoch: Math.ceil(trainCount / batchSize),
    effective_batch_size: batchSize,
    ...optimizerParams(optimizer),
    opt_learning_rate: learningRate,
    opt_ema_momentum: settings.emaMomentum,
    learning_rate_schedule: settings.schedule,
    learning_rate_warm_up: settings.warmUp,
    augmentation: settings.shift === 0 ? "none" : `shift by up to ${settings.shift} px`,
    dropout: dropouts.join(", ") || "none",
    ...(patience !== null && { patience }),
    layers: summaries.map(({ name }) => name).join(" → "),
    parameter_count: summaries.reduce((sum, { parameters }) => sum + parameters, 0),
    image_shape: imageShape.join(" × "),
    train_count: trainCount,
    validation_count: validationCount,
  };
}

/** What computed. */
export function engineParams(
  { engine, runtime, threads }: { readonly engine: string } & Pick<Engine, "runtime" | "threads">,
): Readonly<Record<string, JsonValue>> {
  return { engine_name: engine, engine_runtime: runtime, engine_threads: threads };
}

/** `opt_name`, and its settings by Keras's names: `opt_beta_1`. */
function optimizerParams(optimizer: Optimizer): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(optimizer).map(([name, value]) => [
      `opt_${name.replace(/(\d)/, "_$1")}`,
      value,
    ]),
  );
}
