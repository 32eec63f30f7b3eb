/**
 * Everything a notebook shows, by name.
 *
 * @module
 */
import type { Dataset, Digits } from "../digits/digits.ts";
import type { Evaluation } from "../digits/evaluation.ts";
import { comparisonChart } from "../draw/comparison_chart.ts";
import { percent } from "../draw/report_parts.ts";
import type { EpochResult } from "../model/training_event.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { RunReader } from "../pipeline/tracker.ts";
import type { PreparedDigits } from "../steps/preprocess.ts";
import {
  balanceView,
  type DigitsOptions,
  digitsView,
  digitView,
  meansView,
  type View,
} from "./digits_view.ts";
import {
  classChartView,
  classesView,
  confusionView,
  mistakesView,
  rocView,
} from "./evaluation_view.ts";
import { LivePipeline } from "./live_pipeline.ts";
import { LiveTraining, type LiveTrainingOptions } from "./live_training.ts";
import { activationsView, filtersView, type ModelLike, modelView } from "./network_view.ts";
import type { Notebook } from "./notebook.ts";
import { chartPictures } from "./pictures.ts";
import { type PredictionOptions, predictionView, type Reader } from "./prediction_view.ts";
import { preprocessingView } from "./preprocessing_view.ts";
import { type RunsOptions, runsView } from "./runs_view.ts";
import { Shown } from "./shown.ts";
import { type SketchpadOptions, sketchpadView } from "./sketchpad.ts";

/** What a notebook can show. Each gives a value that displays itself where it is a cell's last. */
export interface Show {
  /** Many digits side by side. */
  digits(digits: Digits, options?: DigitsOptions): Shown;
  /** One digit with its pixel values. @throws {RangeError} when there is none of that index. */
  digit(digits: Digits, index: number): Shown;
  /** How many pictures each class has, in each part: `show.balance({ train, test })`. */
  balance(parts: Readonly<Record<string, Digits>>): Shown;
  /** The mean picture of each class. */
  means(digits: Digits): Shown;
  /** What preprocessing made of a dataset. */
  preprocessing(dataset: Dataset, prepared: PreparedDigits): Shown;
  /** The layers with their shapes and parameters. */
  model(model: ModelLike): Shown;
  /** The patterns that the first convolution looks for. */
  filters(model: TrainedModel): Shown;
  /** What each layer makes of one picture, bytes 0..255 `[height, width, channels]`. */
  activations(model: TrainedModel, pixels: Uint8Array): Promise<Shown>;
  /** Training while it goes on: `train(digits, { …, onEvent: live.onEvent })`. */
  training(options?: LiveTrainingOptions): LiveTraining;
  /** Several trainings in one chart: `show.comparison({ adam: model.description.history, … })`. */
  comparison(histories: Readonly<Record<string, readonly EpochResult[]>>): Shown;
  /** What was read as what. */
  confusion(evaluation: Evaluation): Shown;
  /** Precision, recall, F1 and AUC of each class, in numbers. */
  classes(evaluation: Evaluation): Shown;
  /** Precision, recall and F1 of each class, as a chart. */
  classChart(evaluation: Evaluation): Shown;
  /** The ROC curve, and its upper left corner. */
  roc(evaluation: Evaluation): Shown;
  /** The surest mistakes with their probabilities; `count` is 10 without it. */
  mistakes(evaluation: Evaluation, options?: { readonly count?: number }): Shown;
  /** What a picture is taken for by a network or a server, or by a prediction that was made. */
  prediction(image: Uint8Array, reader: Reader, options?: PredictionOptions): Promise<Shown>;
  /**
   * The graph; it follows a run here, `runLocal(pipeline, params, { …, onEvent: graph.onEvent })`, or on
   * Kubeflow, `graph.follow(followRun(client, runId))`.
   */
  pipeline(pipeline: Pick<Pipeline, "name" | "nodes">): LivePipeline;
  /** The newest recorded runs. */
  runs(reader: Pick<RunReader, "listRuns">, options?: RunsOptions): Promise<Shown>;
  /** A sheet to draw digits on, read by the server at this address. */
  sketchpad(url: string | URL, options?: SketchpadOptions): Shown;
  /**
   * A signal that the notebook's Stop button aborts: give it to what takes long. The cell then ends
   * with an `AbortError`, and the kernel lives on with all that it has.
   */
  cancellable(): AbortSignal;
}

/** Makes it for a notebook. */
export function createShow(notebook: Notebook): Show {
  const shown = ({ text, draw }: View): Shown => new Shown(text, draw, notebook);
  return {
    digits: (digits, options) => shown(digitsView(digits, options)),
    digit: (digits, index) => shown(digitView(digits, index)),
    balance: (parts) => shown(balanceView(parts)),
    means: (digits) => shown(meansView(digits)),
    preprocessing: (dataset, prepared) => shown(preprocessingView(dataset, prepared)),
    model: (model) => shown(modelView(model)),
    filters: (model) => shown(filtersView(model)),
    activations: async (model, pixels) => shown(await activationsView(model, pixels)),
    training: (options) => new LiveTraining(notebook, options),
    comparison: (histories) => shown(comparisonView(histories)),
    confusion: (evaluation) => shown(confusionView(evaluation)),
    classes: (evaluation) => shown(classesView(evaluation)),
    classChart: (evaluation) => shown(classChartView(evaluation)),
    roc: (evaluation) => shown(rocView(evaluation)),
    mistakes: (evaluation, options) => shown(mistakesView(evaluation, options)),
    prediction: async (image, reader, options) =>
      shown(await predictionView(image, reader, options)),
    pipeline: (pipeline) => new LivePipeline(pipeline, notebook),
    runs: async (reader, options) => shown(await runsView(reader, options)),
    sketchpad: (url, options) => shown(sketchpadView(url, options)),
    cancellable: () => notebook.cancellable(),
  };
}

function comparisonView(histories: Readonly<Record<string, readonly EpochResult[]>>): View {
  const ends = Object.entries(histories).map(([name, history]) => {
    const last = history.at(-1);
    return `${name}: ${last ? percent(last.validationAccuracy ?? last.accuracy) : "no epoch"}`;
  });
  const text = `Accuracy after the last epoch: ${ends.join(", ")}`;
  return { text, draw: () => chartPictures(comparisonChart(histories), text) };
}
