/**
 * How well classes were told apart, as charts.
 *
 * @module
 */
import type { ClassReport, Evaluation, RocPoint } from "../digits/evaluation.ts";
import { chartOf, colours, type Layer, type Plot, type VegaLiteSpec } from "./chart.ts";

/**
 * What was read as what: a row for each label, a column for each prediction.
 * What is right is blue, the more of its row the deeper; mistakes are orange,
 * the more of all mistakes the deeper. Zeros are left blank.
 */
export function confusionChart(
  { confusion, classNames }: Pick<Evaluation, "confusion" | "classNames">,
): VegaLiteSpec {
  const names = [...classNames];
  const isLarge = names.length > 24; // numbers would not fit
  const size = Math.min(36, 432 / names.length);
  const cells = confusionCells(confusion, names);
  const axis = { domain: false, ticks: false, grid: false, labelOverlap: true };
  const isWordy = names.some((name) => name.length > 4);
  const squares: Layer = {
    mark: { type: "rect", stroke: "currentColor", strokeOpacity: 0.12 },
    encoding: {
      fill: { field: "fill", type: "nominal", scale: null },
      fillOpacity: { field: "opacity", type: "quantitative", scale: null },
    },
  };
  const numbers: Layer = {
    transform: [{ filter: "datum.count > 0" }],
    mark: { type: "text", color: "currentColor", fontSize: Math.min(11, size / 2.6) },
    encoding: { text: { field: "count", type: "quantitative" } },
  };
  return chartOf({
    width: { step: size },
    height: { step: size },
    data: { values: isLarge ? cells.filter(({ count }) => count > 0) : cells },
    encoding: {
      x: {
        field: "predicted",
        type: "nominal",
        title: "read as",
        sort: names,
        axis: { ...axis, orient: "top", labelAngle: isWordy ? -90 : 0 },
      },
      y: { field: "label", type: "nominal", title: "label", sort: names, axis },
      tooltip: [{ field: "label" }, { field: "predicted" }, { field: "count" }],
    },
    layer: isLarge ? [squares] : [squares, numbers],
  });
}

function confusionCells(confusion: Evaluation["confusion"], names: readonly string[]) {
  const worst = confusion
    .flatMap((row, label) => row.toSpliced(label, 1))
    .reduce((most, count) => Math.max(most, count), 1);
  return confusion.flatMap((row, label) => {
    const total = Math.max(1, row.reduce((sum, count) => sum + count, 0));
    return row.map((count, predicted) => ({
      label: names[label]!,
      predicted: names[predicted]!,
      count,
      fill: label === predicted ? colours.blue : colours.vermilion,
      // By the root, so that a mistake made once can be seen beside one made twenty times.
      opacity: label === predicted ? count / total / 2 : Math.sqrt(count / worst) * 0.8,
    }));
  });
}

const measures = { Precision: "precision", Recall: "recall", F1: "f1" } as const;

/**
 * Precision, recall and F1 of each class as points: all are near 1, where bars,
 * which have to start at 0, would look the same.
 */
export function classesChart(classes: readonly ClassReport[]): VegaLiteSpec {
  const values = classes.flatMap((report) =>
    Object.entries(measures).map(([measure, key]) => (
      { class: report.name, measure, value: report[key] }
    ))
  );
  const least = Math.min(...values.map(({ value }) => value));
  const y = {
    field: "class",
    type: "nominal" as const,
    title: null,
    sort: classes.map(({ name }) => name),
    axis: { domain: false, ticks: false, grid: false, labelPadding: 8 },
  };
  const x = {
    field: "value",
    type: "quantitative" as const,
    title: null,
    axis: { format: "~%", tickCount: 5 },
    scale: { domain: [Math.floor(100 * least - 0.5) / 100, 1], nice: false },
  };
  return chartOf({
    width: 340,
    height: { step: 26 },
    data: { values },
    layer: [
      {
        mark: { type: "rule", color: "currentColor", opacity: 0.35 },
        encoding: {
          y,
          x: { ...x, aggregate: "min" },
          x2: { field: "value", aggregate: "max" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 0.9 },
        encoding: {
          y,
          x,
          color: {
            field: "measure",
            type: "nominal",
            sort: Object.keys(measures),
            scale: { range: [colours.vermilion, colours.blue, colours.green] },
          },
          shape: {
            field: "measure",
            type: "nominal",
            sort: Object.keys(measures),
            scale: { range: ["circle", "square", "triangle-up"] },
          },
          tooltip: [
            { field: "class" },
            { field: "measure" },
            { field: "value", type: "quantitative", format: ".2%" },
          ],
        },
      },
    ],
  });
}

/** The micro-averaged one-against-all ROC curve. */
export function rocChart(roc: readonly RocPoint[]): VegaLiteSpec {
  return chartOf(rocPlot(roc, { leastTrue: 0, mostFalse: 1 }));
}

/** The upper left corner of the ROC curve, where good classifiers differ. */
export function rocCornerChart(roc: readonly RocPoint[]): VegaLiteSpec {
  const leastTrue = 0.9, mostFalse = 0.02;
  const corner = roc.filter((point) =>
    point.truePositiveRate >= leastTrue && point.falsePositiveRate <= mostFalse
  );
  return chartOf(rocPlot(corner, { leastTrue, mostFalse }));
}

function rocPlot(
  roc: readonly RocPoint[],
  { leastTrue, mostFalse }: { readonly leastTrue: number; readonly mostFalse: number },
): Plot {
  const axis = { format: "~%", tickCount: 5 };
  return {
    width: 260,
    height: 220,
    data: { values: roc.map((point) => ({ ...point })) },
    mark: { type: "line", color: colours.blue, strokeWidth: 2 },
    encoding: {
      x: {
        field: "falsePositiveRate",
        type: "quantitative",
        title: "false positives",
        axis,
        scale: { domain: [0, mostFalse] },
      },
      y: {
        field: "truePositiveRate",
        type: "quantitative",
        title: "true positives",
        axis,
        scale: { domain: [leastTrue, 1] },
      },
      order: { field: "threshold", sort: "descending" },
      tooltip: [
        { field: "threshold" },
        { field: "falsePositiveRate" },
        { field: "truePositiveRate" },
      ],
    },
  };
}
