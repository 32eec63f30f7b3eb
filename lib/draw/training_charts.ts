/**
 * How training went, as Vega-Lite.
 *
 * @module
 */
import type { EpochReport } from "../model/training_event.ts";
import { chartConfig, colours, vegaLiteSchema } from "./chart_theme.ts";
import type { VegaLiteSpec } from "./vega.ts";

/** Loss, accuracy and learning rate over the epochs, side by side. */
export function trainingChart(history: readonly EpochReport[]): VegaLiteSpec {
  return {
    $schema: vegaLiteSchema,
    config: chartConfig,
    hconcat: [losses(history), accuracies(history), learningRates(history)],
  };
}

/** Mean cross-entropy over the epochs, on the training and the validation digits. */
export function lossChart(history: readonly EpochReport[]): VegaLiteSpec {
  return { $schema: vegaLiteSchema, config: chartConfig, ...losses(history) };
}

/** Accuracy over the epochs, on the training and the validation digits. */
export function accuracyChart(history: readonly EpochReport[]): VegaLiteSpec {
  return { $schema: vegaLiteSchema, config: chartConfig, ...accuracies(history) };
}

/** The learning rate at the end of each epoch. */
export function learningRateChart(history: readonly EpochReport[]): VegaLiteSpec {
  return { $schema: vegaLiteSchema, config: chartConfig, ...learningRates(history) };
}

interface Value {
  readonly epoch: number;
  readonly series: string;
  readonly value: number;
}

function losses(history: readonly EpochReport[]) {
  const values = bothSeries(history, (e) => e.loss, (e) => e.validationLoss);
  return curves("Loss", values, { format: "~g", zero: true });
}

function accuracies(history: readonly EpochReport[]) {
  const values = bothSeries(history, (e) => e.accuracy, (e) => e.validationAccuracy);
  return curves("Accuracy", values, { format: ".1%", zero: false });
}

function learningRates(history: readonly EpochReport[]) {
  const values = history.map(({ epoch, learningRate }) => (
    { epoch, series: "learning rate", value: learningRate }
  ));
  return curves("Learning rate", values, { format: "~g", zero: true });
}

function bothSeries(
  history: readonly EpochReport[],
  training: (report: EpochReport) => number,
  validation: (report: EpochReport) => number | null,
): Value[] {
  return history.flatMap((report) => {
    const value = validation(report);
    return [
      { epoch: report.epoch, series: "training", value: training(report) },
      ...(value === null ? [] : [{ epoch: report.epoch, series: "validation", value }]),
    ];
  });
}

const looks = {
  "training": { colour: colours.vermilion, shape: "circle", dash: [4, 3] },
  "validation": { colour: colours.blue, shape: "square", dash: [1, 0] },
  "learning rate": { colour: colours.green, shape: "circle", dash: [1, 0] },
};

function curves(
  title: string,
  values: Value[],
  { format, zero }: { readonly format: string; readonly zero: boolean },
) {
  ...
}
