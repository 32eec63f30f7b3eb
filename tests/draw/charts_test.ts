import assert from "node:assert/strict";
import { renderChart, type VegaLiteSpec } from "../../lib/draw/chart.ts";
import {
  classesChart,
  confusionChart,
  rocChart,
  rocCornerChart,
} from "../../lib/draw/evaluation_charts.ts";
import {
  accuracyChart,
  learningRateChart,
  lossChart,
  trainingChart,
} from "../../lib/draw/training_charts.ts";
import { findAll, parseMarkup, textOf } from "./parse_markup.ts";
import { sampleEvaluation, sampleHistory } from "./sample_report.ts";

const evaluation = sampleEvaluation();
const charts: Record<string, VegaLiteSpec> = {
  trainingChart: trainingChart(sampleHistory),
  lossChart: lossChart(sampleHistory),
  accuracyChart: accuracyChart(sampleHistory),
  learningRateChart: learningRateChart(sampleHistory),
  confusionChart: confusionChart(evaluation),
  classesChart: classesChart(evaluation.classes),
  rocChart: rocChart(evaluation.roc),
  rocCornerChart: rocCornerChart(evaluation.roc),
};

for (const [name, spec] of Object.entries(charts)) {
  Deno.test(`${name}() is JSON that Vega-Lite draws without a warning, in the text's colour`, async () => {
    assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...said: unknown[]) => warnings.push(said);
    try {
      const svg = parseMarkup(await renderChart(spec, 'What "it" shows'));
      assert.deepEqual(warnings, []);
      assert.equal(svg.name, "svg");
      assert.equal(svg.attributes.role, "img");
      assert.equal(svg.attributes["aria-label"], 'What "it" shows');
      for (const text of findAll(svg, "text")) assert.equal(text.attributes.fill, "currentColor");
      const outside = findAll(svg).flatMap(({ attributes }) => Object.entries(attributes))
        .filter(([key, value]) => /href|src/.test(key) || /url\(/.test(value));
      assert.deepEqual(outside, []);
    } finally {
      console.warn = warn;
    }
  });
}

Deno.test("renderChart() draws the same each time", async () => {
  for (const spec of Object.values(charts)) {
    assert.equal(await renderChart(spec, "x"), await renderChart(spec, "x"));
  }
});

Deno.test("lossChart() has a point for each epoch and series, and none where nothing was measured", () => {
  assert.deepEqual(dataOf(lossChart(sampleHistory)), [
    { series: "training", epoch: 1, value: 0.9 },
    { series: "validation", epoch: 1, value: 0.5 },
    { series: "training", epoch: 2, value: 0.4 },
    { series: "validation", epoch: 2, value: 0.3 },
  ]);
  const unvalidated = sampleHistory.map((result) => ({ ...result, validationLoss: null }));
  assert.deepEqual(dataOf(lossChart(unvalidated)).map(({ series }) => series), [
    "training",
    "training",
  ]);
});

Deno.test("trainingChart() and lossChart() draw a single epoch, a thousand, and none", async () => {
  const [first] = sampleHistory;
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...first!, epoch: i + 1 }));
  for (const history of [[first!], many, []]) {
    const svg = await renderChart(trainingChart(history), "x");
    assert.ok(!/NaN|undefined/.test(svg));
    assert.ok(svg.length < 150_000, `${svg.length} characters`);
  }
});

Deno.test("confusionChart() draws every count but zeros, rows and columns in the classes' order", async () => {
  const cells = dataOf(charts.confusionChart!);
  assert.deepEqual(
    cells.map(({ label, predicted, count }) => [label, predicted, count]),
    evaluation.confusion.flatMap((row, label) =>
      row.map((count, predicted) => [
        evaluation.classNames[label],
        evaluation.classNames[predicted],
        count,
      ])
    ),
  );
  const texts = await drawnTexts(charts.confusionChart!);
  const counts = evaluation.confusion.flat().filter((count) => count > 0).map(String);
  assert.deepEqual(texts.filter((text) => /^\d+$/.test(text)), counts);
  assert.deepEqual(texts.filter((text) => evaluation.classNames.includes(text)), [
    ...evaluation.classNames,
    ...evaluation.classNames,
  ]);
});

Deno.test("confusionChart() draws a classifier that makes no mistake, and one of a single digit", () => {
  for (const confusion of [[[5, 0], [0, 7]], [[0, 0], [0, 0]]]) {
    const cells = dataOf(confusionChart({ confusion, classNames: ["a", "b"] }));
    assert.ok(cells.every(({ opacity }) => opacity! >= 0 && opacity! <= 1));
  }
});

Deno.test("classesChart() shows three measures of each class", () => {
  assert.deepEqual(
    dataOf(charts.classesChart!).map(({ class: name, measure, value }) => [name, measure, value]),
    evaluation.classes.flatMap(({ name, precision, recall, f1 }) => [
      [name, "Precision", precision],
      [name, "Recall", recall],
      [name, "F1", f1],
    ]),
  );
});

Deno.test("charts escape class names that look like markup", async () => {
  const classNames = ["<script>x", 'a"b', "&amp;"];
  const hostile = sampleEvaluation({ classNames });
  for (const spec of [confusionChart(hostile), classesChart(hostile.classes)]) {
    const svg = parseMarkup(await renderChart(spec, classNames[0]!));
    assert.equal(findAll(svg, "script").length, 0);
    const texts = findAll(svg, "text").map(textOf);
    assert.ok(classNames.every((name) => texts.includes(name)), texts.join());
  }
});

async function drawnTexts(spec: VegaLiteSpec): Promise<string[]> {
  return findAll(parseMarkup(await renderChart(spec, "x")), "text").map(textOf);
}

type Row = Readonly<Record<string, string | number>> & { readonly opacity?: number };

/** The rows behind a chart's only plot. */
function dataOf(spec: VegaLiteSpec): readonly Row[] {
  const { hconcat } = JSON.parse(JSON.stringify(spec)) as {
    hconcat: { data: { values: Row[] } }[];
  };
  assert.equal(hconcat.length, 1);
  return hconcat[0]!.data.values;
}
