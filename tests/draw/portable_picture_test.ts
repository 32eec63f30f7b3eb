import assert from "node:assert/strict";
import { renderChart } from "../../lib/draw/chart.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { digitGridSvg } from "../../lib/draw/digit_grid.ts";
import { confusionChart } from "../../lib/draw/evaluation_charts.ts";
import { onPaper, pngOfSvg } from "../../lib/draw/portable_picture.ts";
import { loadSkia } from "../../lib/draw/skia.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { findAll, parseMarkup } from "./parse_markup.ts";
import { sampleEvaluation } from "./sample_report.ts";

const chart = await renderChart(confusionChart(sampleEvaluation()), 'width="7"');

Deno.test("onPaper() puts a picture on white paper with a margin and a size", () => {
  const { attributes } = parseMarkup(chart);
  const paper = parseMarkup(onPaper(chart));
  assert.equal(paper.attributes.width, String(Number(attributes.width) + 24));
  assert.equal(paper.attributes.height, String(Number(attributes.height) + 24));
  assert.equal(paper.attributes.color, "#1c1f23");
  assert.equal(paper.attributes["aria-label"], 'width="7"');
  const [sheet] = findAll(paper, "rect");
  assert.deepEqual([sheet!.attributes.x, sheet!.attributes.fill], ["-12", "#ffffff"]);
  assert.equal(findAll(paper, "text").length, findAll(parseMarkup(chart), "text").length);
});

Deno.test("onPaper() scales a picture that has no size of its own", () => {
  const grid = digitGridSvg(smallDigits(3));
  const [, , width] = parseMarkup(grid).attributes.viewBox!.split(" ").map(Number);
  const { attributes } = parseMarkup(onPaper(grid, { scale: 3 }));
  assert.equal(Number(attributes.width), 3 * (width! + 24));
});

const { GlobalFonts } = await loadSkia();
const ignore = GlobalFonts.families.length === 0;

Deno.test("pngOfSvg() draws dark ink on white, as large as it is told", { ignore }, async () => {
  const svg = onPaper(chart);
  const { attributes } = parseMarkup(svg);
  for (const scale of [1, 2]) {
    const { data, width, height } = await decodePicture(await pngOfSvg(svg, { scale }));
    assert.deepEqual(
      [width, height],
      [Number(attributes.width) * scale, Number(attributes.height) * scale],
    );
    assert.deepEqual([...data.subarray(0, 4)], [255, 255, 255, 255]);
    const dark = data.filter((value, i) => i % 4 < 3 && value < 60).length;
    assert.ok(dark > 100, `${dark} dark values: there should be text`);
  }
});
