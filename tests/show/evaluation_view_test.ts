import assert from "node:assert/strict";
import {
  classChartView,
  classesView,
  confusionView,
  mistakesView,
  rocView,
} from "../../lib/show/evaluation_view.ts";
import { sampleEvaluation } from "../draw/sample_report.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

const evaluation = sampleEvaluation();

Deno.test("show.confusion() has every count in its text, and a chart", async () => {
  const { text, draw } = confusionView(evaluation);
  const rows = text.split("\n").slice(3).map((line) => line.trim().split(/ +/));
  assert.deepEqual(
    rows,
    evaluation.confusion.map((row, i) => [
      evaluation.classNames[i],
      ...row.map(String),
    ]),
  );
  assert.deepEqual(Object.keys(await draw()), [
    "application/vnd.vegalite.v5+json",
    "image/svg+xml",
  ]);
});

Deno.test("show.classes() is a table in HTML and in text", async () => {
  const { text, draw } = classesView(evaluation);
  assert.match(text, /^Class by class: 90\.00 % of 60 right on mnist\n/);
  const html = parseMarkup((await draw())["text/html"] as string);
  assert.equal(findAll(html, "tr").length, 1 + 3);
});

Deno.test("show.roc() draws the curve and its corner", async () => {
  const { text, draw } = rocView(evaluation);
  assert.match(text, /mean area under the curves of the classes is 0\.\d{5}$/);
  const pictures = await draw();
  const spec = pictures["application/vnd.vegalite.v5+json"] as { readonly hconcat: unknown[] };
  assert.equal(spec.hconcat.length, 2);
});

Deno.test("show.classChart() names the weakest class", () => {
  assert.match(classChartView(evaluation).text, /the weakest is \w+ with an F1 of \d+\.\d\d %$/);
});

Deno.test("show.mistakes() draws so many, with their probabilities", async () => {
  const { text, draw } = mistakesView(evaluation, { count: 2 });
  assert.match(text, /^6 pictures of 60 misread, the surest 2:\npicture \d+: a zero read as one /);
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.equal(findAll(svg, "image").length, 2);
  assert.ok(findAll(svg, "text").map(textOf).includes("75.0 %"));
});

Deno.test("show.mistakes() of a model without any says so", async () => {
  const { text, draw } = mistakesView({ ...evaluation, accuracy: 1, mistakes: [] });
  assert.equal(text, "0 pictures of 60 misread");
  assert.deepEqual(await draw(), {});
});
