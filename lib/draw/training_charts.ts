/**
 * How training went, as charts.
 *
 * @module
 */
import type { EpochResult } from "../model/training_event.ts";
import { chartOf, colours, type Plot, type VegaLiteSpec } from "./chart.ts";

/** Loss, accuracy and learning rate over the epochs, side by side. */
export function trainingChart(history: readonly EpochResult[]): VegaLiteSpec {
  return chartOf(
    { title: "Loss", ...lossPlot(history) },
    { title: "Accuracy", ...accuracyPlot(history) },
    { title: "Learning rate", ...learningRatePlot(history) },
  );
}

/** Mean cross-entropy over the epochs, on the training and on the validation digits. */
export function lossChart(history: readonly EpochResult[]): VegaLiteSpec {
  return chartOf(lossPlot(history));
}

/** Accuracy over the epochs, on the training and on the validation digits. */
export function accuracyChart(history: readonly EpochResult[]): VegaLiteSpec {
  return chartOf(accuracyPlot(history));
}

/** The learning rate at the end of each epoch. */
export function learningRateChart(history: readonly EpochResult[]): VegaLiteSpec {
  return chartOf(learningRatePlot(history));
}

function lossPlot(history: readonly EpochResult[]): Plot {
  const points = history.flatMap(({ epoch, loss, validationLoss }) => [
    ...pointOf("training", epoch, loss),
    ...pointOf("validation", epoch, validationLoss),
  ]);
  return linePlot(points, { format: "~g", fromZero: true });
}

function accuracyPlot(history: readonly EpochResult[]): Plot {
  const points = history.flatMap(({ epoch, accuracy, validationAccuracy }) => [
    ...pointOf("training", epoch, accuracy),
    ...pointOf("validation", epoch, validationAccuracy),
  ]);
  return linePlot(points, { format: ".1%", fromZero: false });
}

function learningRatePlot(history: readonly EpochResult[]): Plot {
  const points = history.flatMap(({ epoch, learningRate }) =>
    pointOf("learning rate", epoch, learningRate)
  );
  return linePlot(points, { format: "~g", fromZero: true });
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
  points: Point[],
  { format, fromZero }: { readonly format: string; readonly fromZero: boolean },
): Plot {
  const domain = [...new Set(points.map((point) => point.series))];
  const isLong = points.length > 80; // marks would hide the line
  const by = (look: "colour" | "shape" | "dash") => ({
    field: "series",
    type: "nominal" as const,
    scale: { domain, range: domain.map((series) => looks[series][look]) as string[] | number[][] },
    legend: domain.length > 1 ? {} : null,
  });
  return {
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
      color: by("colour"),
      ...(isLong ? {} : { shape: by("shape") }),
      strokeDash: by("dash"),
      tooltip: [{ field: "epoch" }, { field: "series" }, { field: "value", format: ".4~g" }],
    },
  };
}
