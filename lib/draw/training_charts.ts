/**
 * How training went, as charts.
 *
 * @module
 */
import type { EpochReport } from "../model/training_event.ts";
import { chartOf, colours, type Plot, type VegaLiteSpec } from "./vega.ts";

/** Loss, accuracy and learning rate over the epochs, side by side. */
export function trainingChart(history: readonly EpochReport[]): VegaLiteSpec {
  return chartOf(lossPlot(history), accuracyPlot(history), learningRatePlot(history));
}

/** Mean cross-entropy over the epochs, on the training and on the validation digits. */
export function lossChart(history: readonly EpochReport[]): VegaLiteSpec {
  return chartOf(lossPlot(history));
}

/** Accuracy over the epochs, on the training and on the validation digits. */
export function accuracyChart(history: readonly EpochReport[]): VegaLiteSpec {
  return chartOf(accuracyPlot(history));
}

/** The learning rate at the end of each epoch. */
export function learningRateChart(history: readonly EpochReport[]): VegaLiteSpec {
  return chartOf(learningRatePlot(history));
}

function lossPlot(history: readonly EpochReport[]): Plot {
  const points = history.flatMap(({ epoch, loss, validationLoss }) => [
    ...pointOf("training", epoch, loss),
    ...pointOf("validation", epoch, validationLoss),
  ]);
  return linePlot("Loss", points, { format: "~g", fromZero: true });
}

function accuracyPlot(history: readonly EpochReport[]): Plot {
  const points = history.flatMap(({ epoch, accuracy, validationAccuracy }) => [
    ...pointOf("training", epoch, accuracy),
    ...pointOf("validation", epoch, validationAccuracy),
  ]);
  return linePlot("Accuracy", points, { format: ".1%", fromZero: false });
}

function learningRatePlot(history: readonly EpochReport[]): Plot {
  const points = history.flatMap(({ epoch, learningRate }) =>
    pointOf("learning rate", epoch, learningRate)
  );
  return linePlot("Learning rate", points, { format: "~g", fromZero: true });
}

type Series = keyof typeof looks;

const looks = {
  "training": { colour: colours.vermilion, shape: "circle", dash: [4, 3] },
  "validation": { colour: colours.blue, shape: "square", dash: [1, 0] },
  "learning rate": { colour: colours.green, shape: "diamond", dash: [1, 0] },
};

interface Point {
  readonly series: Series;
  readonly epoch: number;
  readonly value: number;
}

function pointOf(series: Series, epoch: number, value: number | null): Point[] {
  return value === null ? [] : [{ series, epoch, value }];
}

function linePlot(
  title: string,
  points: Point[],
  { format, fromZero }: { readonly format: string; readonly fromZero: boolean },
): Plot {
  const domain = [...new Set(points.map((point) => point.series))];
  const range = <K extends "colour" | "shape" | "dash">(look: K) =>
    domain.map((series) => looks[series][look]);
  const isLong = points.length > 80; // marks would hide the line
  const legend = domain.length > 1 ? {} : null;
  return {
    title,
    width: 300,
    height: 190,
    data: { values: points },
    mark: { type: "line", strokeWidth: 2, point: isLong ? false : { size: 45, opacity: 1 } },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        title: "epoch",
        axis: { format: "d", tickMinStep: 1, grid: false },
        scale: { nice: false, zero: false, padding: 8 },
      },
      y: {
        field: "value",
        type: "quantitative",
        title: null,
        axis: { format, tickCount: 5 },
        scale: { zero: fromZero, nice: true },
      },
      color: {
        field: "series",
        type: "nominal",
        scale: { domain, range: range("colour") },
        legend,
      },
      shape: {
        field: "series",
        type: "nominal",
        scale: { domain, range: range("shape") },
        legend,
      },
      strokeDash: {
        field: "series",
        type: "nominal",
        scale: { domain, range: range("dash") },
        legend,
      },
      tooltip: [{ field: "epoch" }, { field: "series" }, { field: "value", format: ".4~g" }],
    },
  };
}
