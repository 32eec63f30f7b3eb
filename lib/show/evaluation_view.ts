/**
 * How well a model reads, in a notebook.
 *
 * @module
 */
import type { Evaluation } from "../digits/evaluation.ts";
import {
  classesChart,
  confusionChart,
  rocChart,
  rocCornerChart,
} from "../draw/evaluation_charts.ts";
import { mistakeCardsSvg } from "../draw/mistake_cards.ts";
import { count, percent, plural } from "../draw/report_parts.ts";
import type { View } from "./digits_view.ts";
import { chartPictures, svgPictures } from "./pictures.ts";
import { tableHtml, tableText } from "./table.ts";

/** What was read as what. */
export function confusionView(evaluation: Evaluation): View {
  const { confusion, classNames } = evaluation;
  const caption = `Confusion matrix, rows are labels, columns what was read: ${
    headline(evaluation)
  }`;
  const rows = confusion.map((row, label) => [classNames[label]!, ...row.map(count)]);
  return {
    text: tableText({ caption, head: ["", ...classNames], rows }),
    draw: () => chartPictures(confusionChart(evaluation), caption),
  };
}

/** Precision, recall and F1 of each class: a table, which every reader shows. */
export function classesView(evaluation: Evaluation): View {
  const table = {
    caption: `Class by class: ${headline(evaluation)}`,
    head: ["Class", "Precision", "Recall", "F1", "AUC", "Pictures"],
    rows: evaluation.classes.map(({ name, precision, recall, f1, auc, support }) => [
      name,
      percent(precision),
      percent(recall),
      percent(f1),
      auc === null ? "–" : auc.toFixed(5),
      count(support),
    ]),
  };
  return { text: tableText(table), draw: () => ({ "text/html": tableHtml(table) }) };
}

/** The same as points on a line for each class. */
export function classChartView(evaluation: Evaluation): View {
  const weakest = evaluation.classes.reduce((a, b) => b.f1 < a.f1 ? b : a);
  const label =
    `Precision, recall and F1 of each class; the weakest is ${weakest.name} with an F1 ` +
    `of ${percent(weakest.f1)}`;
  return {
    text: label,
    draw: () => chartPictures(classesChart(evaluation.classes), label),
  };
}

/** The micro-averaged ROC curve, whole and its upper left corner. */
export function rocView({ roc, classes }: Evaluation): View {
  const areas = classes.flatMap(({ auc }) => auc ?? []);
  const mean = areas.reduce((sum, auc) => sum + auc, 0) / Math.max(1, areas.length);
  const label =
    "ROC curve, one class against all others, micro-averaged; the mean area under the " +
    `curves of the classes is ${mean.toFixed(5)}`;
  return {
    text: label,
    draw: () => {
      const whole = rocChart(roc);
      const corner = rocCornerChart(roc);
      return chartPictures(sideBySide(whole, corner), label);
    },
  };
}

type Chart = ReturnType<typeof rocChart>;

function sideBySide(left: Chart, right: Chart): Chart {
  return { ...left, hconcat: [...plotsOf(left), ...plotsOf(right)] } as Chart;
}

function plotsOf(chart: Chart): readonly object[] {
  return "hconcat" in chart ? chart.hconcat : [];
}

/** The surest mistakes. */
export function mistakesView(
  evaluation: Evaluation,
  { count: most = 10 }: { readonly count?: number } = {},
): View {
  const { classNames } = evaluation;
  const mistakes = evaluation.mistakes.slice(0, most);
  const wrong = Math.round(evaluation.count * (1 - evaluation.accuracy));
  const lines = mistakes.map(({ index, label, predicted, probabilities }) =>
    `picture ${index}: a ${classNames[label]} read as ${classNames[predicted]} ` +
    `(${percent(probabilities[predicted]!, 1)}; the right one ${percent(probabilities[label]!, 1)})`
  );
  const told = `${plural(wrong, "picture")} of ${count(evaluation.count)} misread`;
  return {
    text: mistakes.length === 0
      ? told
      : `${told}, the surest ${mistakes.length}:\n${lines.join("\n")}`,
    draw: () =>
      mistakes.length === 0
        ? {}
        : svgPictures(mistakeCardsSvg(mistakes, evaluation, { columns: 5 })),
  };
}

function headline({ accuracy, count: pictures, dataset }: Evaluation): string {
  return `${percent(accuracy)} of ${count(pictures)} right on ${dataset}`;
}
