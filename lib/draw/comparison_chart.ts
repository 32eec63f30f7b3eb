/**
 * Several trainings in one chart.
 *
 * @module
 */
import type { EpochResult } from "../model/training_event.ts";
import { chartOf, type Plot, type VegaLiteSpec } from "./chart.ts";

/** Okabe and Ito's eight without black and yellow, which either light or dark paper swallows. */
const lineColours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
/** Told apart without colours, too. */
const lineShapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/**
 * Loss and accuracy of every run over the epochs, side by side: on the validation digits where
 * every run has them, else on the training digits.
 *
 * @param histories each run's epochs by its name.
 */
export function comparisonChart(
  histories: Readonly<Record<string, readonly EpochResult[]>>,
): VegaLiteSpec {
  const runs = Object.entries(histories);
  const isValidated = runs.every(([, history]) =>
    history.every(({ validationAccuracy }) => validationAccuracy !== null)
  );
  const on = isValidated ? "validation" : "training";
  const names = runs.map(([name]) => name);
  const points = runs.flatMap(([run, history]) =>
    history.map((result) => ({
      run,
      epoch: result.epoch,
      loss: isValidated ? result.validationLoss! : result.loss,
      accuracy: isValidated ? result.validationAccuracy! : result.accuracy,
    }))
  );
  return chartOf(
    linesOf(`Loss, ${on}`, "loss", "~g", points, names),
    linesOf(`Accuracy, ${on}`, "accuracy", ".1%", points, names),
  );
}

function linesOf(
  title: string,
  field: "loss" | "accuracy",
  format: string,
  values: readonly object[],
  domain: string[],
): Plot {
  const taken = <T>(looks: readonly T[]) => domain.map((_, i) => looks[i % looks.length]!);
  return {
    title,
    width: 300,
    height: 190,
    data: { values: [...values] },
    mark: { type: "line", strokeWidth: 2, point: { size: 45, opacity: 1 } },
    encoding: {
      x: {
        field: "epoch",
        type: "quantitative",
        title: "epoch",
        axis: { format: "d", tickMinStep: 1, grid: false },
        scale: { nice: false, zero: false, padding: 8 },
      },
      y: {
        field,
        type: "quantitative",
        title: null,
        axis: { format, tickCount: 5 },
        scale: { zero: false, nice: true },
      },
      color: { field: "run", type: "nominal", scale: { domain, range: taken(lineColours) } },
      shape: { field: "run", type: "nominal", scale: { domain, range: taken(lineShapes) } },
      tooltip: [{ field: "run" }, { field: "epoch" }, { field, format: ".4~g" }],
    },
  };
}
