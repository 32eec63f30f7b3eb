/**
 * How well classes were told apart, as charts.
 *
 * @module
 */
import type { ClassReport, Evaluation, RocPoint } from "../digits/evaluation.ts";
import { chartOf, colours, type Plot, type VegaLiteSpec } from "./vega.ts";

/**
 * What was read as what: a row for each label, a column for each prediction.
 * What is right is blue, the more of its row the deeper; mistakes are orange,
 * the more of all mistakes the deeper. Zeros are left blank.
 */
export function confusionChart(
  { confusion, classNames }: Pick<Evaluation, "confusion" | "classNames">,
): VegaLiteSpec {
  const worst = Math.max(
    1,
    ...confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)),
  );
  const cells = confusion.flatMap((row, label) => {
    const total = Math.max(1, row.reduce((sum, count) => sum + count, 0));
    return row.map((count, predicted) => ({
      label: classNames[label]!,
      predicted: classNames[predicted]!,
      count,
      fill: label === predicted ? colours.blue : colours.vermilion,
      // By the root, so that a mistake made once can be seen beside one made twenty times.
      opacity: label === predicted ? count / total / 2 : Math.sqrt(count / worst) * 0.8,
    }));
  });
  const size = classNames.length <= 12 ? 34 : 420 / classNames.length;
  const axis = { labelAngle: 0, domain: false, ticks: false, grid: false };
  const names = [...classNames];
  return chartOf({
    width: { step: size },
    height: { step: size },
    data: { values: cells },
    encoding: {
      x: {
        field: "predicted",
        type: "nominal",
        title: "read as",
        sort: names,
        axis: { ...axis, orient: "top" },
      },
      y: { field: "label", type: "nominal", title: "is", sort: names, axis },
      tooltip: [{ field: "label" }, { field: "predicted" }, { field: "count" }],
    },
    layer: [
      {
        mark: { type: "rect", stroke: "currentColor", strokeOpacity: 0.12 },
        encoding: {
          fill: { field: "fill", type: "nominal", scale: null },
          fillOpacity: { field: "opacity", type: "quantitative", scale: null },
        },
      },
      {
        transform: [{ filter: "datum.count > 0" }],
        mark: { type: "text", color: "currentColor", fontSize: Math.min(11, size / 2.6) },
        encoding: { text: { field: "count", type: "quantitative" } },
      },
    ],
  });
}

const measures = ["precision", "recall", "f1"] as const;

/**
 * Precision, recall and F1 of each class as points: all are near 1, where bars,
 * which have to start at 0, would look the same.
 */
export function classesChart(classes: readonly ClassReport[]): VegaLiteSpec {
  const values = classes.flatMap((report) =>
    measures.map((measure) => ({ class: report.name, measure, value: report[measure] }))
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
            sort: [...measures],
            scale: { range: [colours.vermilion, colours.blue, colours.green] },
          },
          shape: {
            field: "measure",
            type: "nominal",
            sort: [...measures],
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

/** The micro-averaged one-against-all ROC curve: whole, and the corner where good classifiers differ. */
export function rocChart(roc: readonly RocPoint[]): VegaLiteSpec {
  const points = [...roc].map((point) => ({
    falsePositives: point.falsePositiveRate,
    truePositives: point.truePositiveRate,
  }));
  const corner = points.filter((point) =>
    point.falsePositives <= 0.02 && point.truePositives >= 0.9
  );
  const whole = rocPlot("ROC", points, [0, 1], [0, 1]);
  if (corner.length < 2) return chartOf(whole);
  return chartOf(whole, rocPlot("Its upper left corner", corner, [0, 0.02], [0.9, 1]));
}

type Range = [least: number, most: number];

function rocPlot(
  title: string,
  points: readonly { falsePositives: number; truePositives: number }[],
  falsePositives: Range,
  truePositives: Range,
): Plot {
  const axis = { format: "~%", tickCount: 5 };
  return {
    title,
    width: 220,
    height: 220,
    data: { values: [...points] },
    mark: { type: "line", color: colours.blue, strokeWidth: 2, point: { size: 14 } },
    encoding: {
      x: {
        field: "falsePositives",
        type: "quantitative",
        title: "false positives",
        axis,
        scale: { domain: falsePositives },
      },
      y: {
        field: "truePositives",
        type: "quantitative",
        title: "true positives",
        axis,
        scale: { domain: truePositives },
      },
      order: { field: "falsePositives" },
      tooltip: [{ field: "falsePositives" }, { field: "truePositives" }],
    },
  };
}
