/**
 * The third stage: learns to tell the classes apart.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import { digitsCnn, type Layer } from "../model/layers.ts";
import { defaultRecipe } from "../model/recipe.ts";
import { type Training, trainInWorker } from "../model/train.ts";
import type { FitState, TrainingEvent } from "../model/training_event.ts";
import type { Recipe, TrainingData, TrainingSettings } from "../model/training_settings.ts";

/** What to do otherwise than the optimizer's default recipe. */
export type RecipeChanges = {
  readonly [K in Exclude<keyof Recipe, "optimizer">]?: Recipe[K] | undefined;
};

/** How to train; what is left out comes from the optimizer's default recipe. */
export interface TrainOptions extends RecipeChanges {
  /** Where the thread runs. */
  readonly host: Pick<Host, "worker" | "cores">;
  /** The dataset's name, for the model's description. */
  readonly dataset: string;
  /** Passes over the training digits. @default 3 */
  readonly epochs?: number | undefined;
  /** `adam`, `rmsprop` or `sgd`: also decides what the other settings are by default. @default "adam" */
  readonly optimizer?: string | undefined;
  /** The last must be dense, with a unit for each class. @default digitsCnn(classes) */
  readonly layers?: readonly Layer[] | undefined;
  /** Stops after this many epochs without a better one on the validation digits. Without it: never. */
  readonly patience?: number | undefined;
  /** Decides the first weights, the order, the shifts and the dropout. @default 1 */
  readonly seed?: number | undefined;
  /** `auto`, `onnx` or `onnx-wasm`. @default "auto" */
  readonly engine?: string | undefined;
  /** Ends training after the step under way, with a last checkpoint. */
  readonly signal?: AbortSignal | undefined;
  /** Goes on from a checkpoint that `onEvent` was given. */
  readonly resume?: FitState | undefined;
  /** Hands the pixels over instead of copying them: nobody else can read them afterwards. @default false */
  readonly giveAway?: boolean | undefined;
  /** Told how training goes; training waits for it. */
  readonly onEvent?: (event: TrainingEvent) => void | Promise<void>;
}

/**
 * Trains a network in a thread of its own and keeps its best epoch.
 *
 * ```ts
 * import { localHost, splitDigits, syntheticDataset, train } from "@fourdotinfinity/digits-recognizer";
 *
 * const digits = await syntheticDataset({ train: 300, test: 10 });
 * const { model } = await train(splitDigits(digits.train), {
 *   host: localHost({ cacheFolder: ".digits/cache" }),
 *   dataset: digits.name,
 *   epochs: 1,
 *   engine: "onnx-wasm",
 * });
 * console.assert(model.description.history.length === 1);
 * ```
 *
 * @throws {UsageError} when a setting makes no sense; {UnavailableError} when no engine works here;
 * {RangeError} when the loss is no longer a number; the signal's reason when aborted.
 */
export async function train(data: TrainingData, options: TrainOptions): Promise<Training> {
  const { host, dataset, engine, signal, resume, giveAway, onEvent } = options;
  const settings = trainingSettings(options, data.train.classNames.length);
  const events = trainInWorker(data, settings, {
    dataset,
    host,
    engine,
    signal,
    resume,
    giveAway,
  });
  while (true) {
    const { done, value } = await events.next();
    if (done) return value;
    await onEvent?.(value);
  }
}

/**
 * Every setting of a training, those that are left out too.
 *
 * @param classes how many the digits have.
 * @throws {RangeError} when there is no optimizer of that name.
 */
export function trainingSettings(
  options: Omit<TrainOptions, "host" | "dataset">,
  classes: number,
): TrainingSettings {
  const recipe = defaultRecipe(options.optimizer ?? "adam");
  return {
    ...recipe,
    layers: options.layers ?? digitsCnn(classes),
    epochs: options.epochs ?? 3,
    batchSize: options.batchSize ?? recipe.batchSize,
    learningRate: options.learningRate ?? recipe.learningRate,
    schedule: options.schedule ?? recipe.schedule,
    warmUp: options.warmUp ?? recipe.warmUp,
    emaMomentum: options.emaMomentum ?? recipe.emaMomentum,
    shift: options.shift ?? recipe.shift,
    patience: options.patience ?? null,
    seed: options.seed ?? 1,
  };
}
