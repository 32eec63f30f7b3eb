/**
 * The flags of `deno task pipeline`, and the pipeline's parameters from them.
 *
 * @module
 */
import { datasetProfile, publishedDatasets } from "../../lib/digits/datasets.ts";
import { engineNames } from "../../lib/model/engines.ts";
import { optimizerNames } from "../../lib/model/optimizers.ts";
import { defaultRecipe } from "../../lib/model/recipe.ts";
import { settingsOption } from "./environment.ts";
import { choice, flag, integer, number, text, type ValuesOf } from "./options.ts";

const MAX_SEED = 2 ** 31 - 1;

/** `--epochs`, `--optimizer` and the others. */
export const pipelineOptions = {
  epochs: integer("Passes over the training digits (3)", 3, { low: 1, high: 10_000 }),
  optimizer: choice(optimizerNames, "How weights are changed (adam)", "adam"),
  experiment: text("NAME", "Experiment to record the run in", "digits-recognizer-kfp"),
  data: text("SOURCE", "auto, mnist, fashion-mnist, synthetic, a folder or a URL (auto)", "auto"),
  "batch-size": integer("Digits a step (the optimizer's default)", undefined, {
    low: 1,
    high: 4_096, // takes 4 GB of memory
  }),
  "learning-rate": number("Peak rate (the optimizer's default)", undefined, {
    low: 1e-9,
    high: 100,
  }),
  "min-accuracy": number("Test accuracy a model needs to be served (0.97)", undefined, {
    low: 0,
    high: 1,
  }),
  seed: integer("Decides everything random but which digits validate (1)", 1, {
    low: 0,
    high: MAX_SEED,
  }),
  engine: choice(engineNames, "What computes (auto)", "auto"),
  threads: integer("Threads for one computation (all cores)", undefined, { low: 1, high: 256 }),
  "no-cache": flag("Take no results of earlier runs"),
  "compile-only": flag("Print the pipeline for Kubeflow, with these flags as its defaults"),
  output: text("FILE", "Write it there instead; JSON where FILE ends with .json", undefined),
  image: text("IMAGE", "Image of the steps, best with a digest (DIGITS_IMAGE)", undefined),
  "pull-policy": choice(
    ["Always", "IfNotPresent", "Never"],
    "When nodes pull it (the cluster's choice)",
    undefined,
  ),
  "pipeline-root": text("URI", "Where artifacts go, as s3://bucket/folder", undefined),
  runner: choice(
    ["auto", "local", "kubeflow"],
    "Where it runs (auto: on Kubeflow where KFP_ENDPOINT is set)",
    "auto",
  ),
  "service-account": text("NAME", "Account of the pods (the cluster's choice)", undefined),
  follow: text("RUN", "Watch a run that is on Kubeflow already", undefined),
  terminate: text("RUN", "End a run on Kubeflow", undefined),
  settings: settingsOption,
  json: flag("Print one JSON object on stdout"),
};

/** What those flags give. */
export type PipelineFlags = ValuesOf<typeof pipelineOptions>;

/** Those that decide what is trained, and how good it has to be. */
export type TrainingFlags = Pick<
  PipelineFlags,
  | "epochs"
  | "optimizer"
  | "experiment"
  | "batch-size"
  | "learning-rate"
  | "min-accuracy"
  | "seed"
  | "engine"
>;

/**
 * The pipeline's parameters, `source` being what `--data` stands for. What is left to the optimizer
 * is decided here, so that a run's record has the real numbers.
 */
export function pipelineParams(flags: TrainingFlags, source: string, mirrors: readonly string[]) {
  const recipe = defaultRecipe(flags.optimizer);
  const published = publishedDatasets.some(({ name }) => name === source);
  const gate = published ? datasetProfile(source).minAccuracy : datasetProfile("mnist").minAccuracy;
  return {
    no_epochs: flags.epochs,
    optimizer: flags.optimizer,
    mlflow_experiment: flags.experiment,
    dataset: source,
    mirrors,
    batch_size: flags["batch-size"] ?? recipe.batchSize,
    learning_rate: flags["learning-rate"] ?? recipe.learningRate,
    seed: flags.seed,
    min_accuracy: flags["min-accuracy"] ?? gate,
    engine: flags.engine,
    serving: { target: "local" },
  };
}
