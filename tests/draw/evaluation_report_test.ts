import assert from "node:assert/strict";
import { renderEvaluationReport } from "../../lib/draw/evaluation_report.ts";
import { findAll, parseMarkup, textOf } from "./parse_markup.ts";
import { sampleReport } from "./sample_report.ts";

Deno.test("renderEvaluationReport() tells what is known without a run, and the same each time", async () => {
  const { description, evaluation } = sampleReport({ dataset: "synthetic" });
  const input = { title: "Digits", description, evaluation };
  const html = await renderEvaluationReport(input);
  assert.equal(await renderEvaluationReport(input), html);
  const page = parseMarkup(html);
  const ids = findAll(page, "section").map(({ attributes }) => attributes.id);
  assert.deepEqual(ids, ["training", "mistakes", "confusion", "classes", "model"]);
  const links = findAll(findAll(page, "nav")[0]!, "a").map(({ attributes }) => attributes.href);
  assert.deepEqual(links, ids.map((id) => `#${id}`));
  const [header] = findAll(page, "header");
  assert.match(textOf(header!), /Synthetic digits: this says nothing about MNIST/);
  assert.match(textOf(header!), /Trained on 100 pictures of synthetic by adam/);
  assert.match(textOf(header!), /90\.00 % test accuracy on synthetic/);
});
