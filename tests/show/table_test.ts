import assert from "node:assert/strict";
import { tableHtml, tableText } from "../../lib/show/table.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

const table = {
  caption: "Two <runs>",
  head: ["Run", "Accuracy", "Words"],
  rows: [["a", "98.7 %", "x & y"], ["b", "–", "z"]],
};

Deno.test("tableText() puts numbers to the right and words to the left", () => {
  assert.equal(
    tableText(table),
    "Two <runs>\n\nRun  Accuracy  Words\na      98.7 %  x & y\nb           –  z",
  );
});

Deno.test("tableHtml() escapes what it is given", () => {
  const html = parseMarkup(tableHtml(table));
  assert.deepEqual(findAll(html, "td").map(textOf), ["a", "98.7 %", "x & y", "b", "–", "z"]);
  assert.deepEqual(findAll(html, "caption").map(textOf), ["Two <runs>"]);
  assert.deepEqual(findAll(html, "th").map(({ attributes }) => attributes.style), [
    "text-align:left",
    "text-align:right",
    "text-align:left",
  ]);
});

Deno.test("a table without rows has its head", () => {
  assert.equal(tableText({ ...table, rows: [] }), "Two <runs>\n\nRun  Accuracy  Words");
});
