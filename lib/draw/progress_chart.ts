/**
 * How training went, moment by moment, as a chart.
 *
 * @module
 */
import type { EpochResult } from "../model/training_event.ts";
import { chartOf, colours, type Layer, type Plot, type VegaLiteSpec } from "./chart.ts";

/** What was told of a training at one moment. */
export interface Moment {
  /** Epochs done, with the part of the one under way: 1.5 is the middle of the second. */
  readonly at: number;
  /** Running mean of the epoch under way. */
  readonly loss: number;
  /** Running mean of the epoch under way, 0..1. */
  readonly accuracy: number;
  /** At that step. */
  readonly learningRate: number;
}

/**
 * Loss, accuracy and learning rate, side by side: on the training digits a line through every
 * moment, on the validation digits a mark for every epoch.
 */
export function progressChart(
  moments: readonly Moment[],
  history: readonly EpochResult[],
): VegaLiteSpec {
  const by = (key: "loss" | "accuracy") => moments.map(({ at, [key]: value }) => ({ at, value }));
  const validated = (key: "validationLoss" | "validationAccuracy") =>
    history.flatMap(({ epoch, [key]: value }) => value === null ? [] : [{ at: epoch, value }]);
  const rates = moments.map(({ at, learningRate }) => ({ at, value: learningRate }));
  const chart = chartOf(
    plot("Loss", "~g", [
      lineOf("training", by("loss")),
      ...marksOf("validation", validated("validationLoss")),
    ]),
    plot("Accuracy", ".0%", [
      lineOf("training", by("accuracy")),
      ...marksOf("validation", validated("validationAccuracy")),
    ]),
    plot("Learning rate", "~g", [lineOf("learning rate", rates)]),
  );
  // By the plots alone: with their axes, no two would begin at the same height.
  return { ...chart, bounds: "flush", spacing: 56 } as VegaLiteSpec;
}

interface Point {
  readonly at: number;
  readonly value: number;
}

const lineColour = { "training": colours.vermilion, "learning rate": colours.green };

function lineOf(series: keyof typeof lineColour, points: readonly Point[]): Layer {
  return {
    data: { values: points.map((point) => ({ ...point, series })) },
    mark: { type: "line", strokeWidth: 2, color: lineColour[series] },
  };
}

function marksOf(series: string, points: readonly Point[]): Layer[] {
  const data = { values: points.map((point) => ({ ...point, series })) };
  return points.length === 0 ? [] : [
    { data, mark: { type: "line", strokeWidth: 2, color: colours.blue } },
    { data, mark: { type: "point", shape: "square", filled: true, color: colours.blue, size: 60 } },
  ];
}

function plot(text: string, format: string, layer: Layer[]): Plot {
  const subtitle = layer.length > 1 ? "line: training · squares: validation" : " ";
  return {
    title: { text, subtitle, subtitleColor: "currentColor" },
    width: 190,
    height: 160,
    encoding: {
      x: {
        field: "at",
        type: "quantitative",
        title: "epoch",
        axis: { format: "d", tickMinStep: 1, grid: false },
        scale: { nice: false, zero: true },
      },
      y: {
        field: "value",
        type: "quantitative",
        title: null,
        axis: { format, tickCount: 5 },
        scale: { zero: false, nice: true },
      },
      tooltip: [
        { field: "series" },
        { field: "at", format: ".2f", title: "epoch" },
        { field: "value", format: ".4~g" },
      ],
    },
    layer,
  };
}
