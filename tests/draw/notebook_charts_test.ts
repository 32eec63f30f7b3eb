import assert from "node:assert/strict";
import { balanceChart, countClasses } from "../../lib/draw/balance_chart.ts";
import { renderChart, type VegaLiteSpec } from "../../lib/draw/chart.ts";
import { comparisonChart } from "../../lib/draw/comparison_chart.ts";
import { progressChart } from "../../lib/draw/progress_chart.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { findAll, parseMarkup, textOf } from "./parse_markup.ts";
import { sampleHistory } from "./sample_report.ts";

const moments = [0.5, 1, 1.5, 2].map((at) => (
  { at, loss: 1 / at, accuracy: at / 3, learningRate: 0.01 }
));
const unvalidated = sampleHistory.map((result) => ({ ...result, validationAccuracy: null }));
const charts: Record<string, VegaLiteSpec> = {
  "progressChart()": progressChart(moments, sampleHistory),
  "progressChart() of a training that has just begun": progressChart([], []),
  "comparisonChart()": comparisonChart({ adam: sampleHistory, "<sgd>": sampleHistory }),
  "comparisonChart() of eight runs": comparisonChart(
    Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`run ${i}`, sampleHistory])),
  ),
  "balanceChart()": balanceChart({ train: smallDigits(12), test: smallDigits(10) }),
};

for (const [name, spec] of Object.entries(charts)) {
  Deno.test(`${name} is JSON that Vega-Lite draws without a warning, in the text's colour`, async () => {
    assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...said: unknown[]) => warnings.push(said);
    try {
      const svg = parseMarkup(await renderChart(spec, name));
      assert.deepEqual(warnings, []);
      for (const text of findAll(svg, "text")) assert.equal(text.attributes.fill, "currentColor");
    } finally {
      console.warn = warn;
    }
  });
}

Deno.test("comparisonChart() compares by the training digits when one run has no others", async () => {
  const titlesOf = async (spec: VegaLiteSpec) => {
    const texts = findAll(parseMarkup(await renderChart(spec, "x")), "text").map(textOf);
    return texts.filter((text) => /^(Loss|Accuracy)/.test(text));
  };
  assert.deepEqual(await titlesOf(comparisonChart({ a: sampleHistory, b: unvalidated })), [
    "Loss, training",
    "Accuracy, training",
  ]);
  assert.deepEqual(await titlesOf(comparisonChart({ a: sampleHistory })), [
    "Loss, validation",
    "Accuracy, validation",
  ]);
});

Deno.test("countClasses() counts every class, those without pictures too", () => {
  assert.deepEqual(countClasses(smallDigits(12)), [2, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(countClasses(smallDigits(2)), [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
