import assert from "node:assert/strict";
import { architectureSvg } from "../../lib/draw/architecture.ts";
import { conv2d, dense, digitsCnn, dropout } from "../../lib/model/layers.ts";
import { findAll, parseMarkup, textOf } from "./parse_markup.ts";

const textsOf = (svg: string) => findAll(parseMarkup(svg), "text").map(textOf);

Deno.test("architectureSvg() tells each layer, its output and how many numbers it learns", () => {
  const svg = architectureSvg(digitsCnn(), [28, 28, 1]);
  const { attributes } = parseMarkup(svg);
  assert.equal(attributes.role, "img");
  assert.equal(attributes["aria-label"], "Network of 6 layers, 34,826 parameters");
  const [title, ...captions] = textsOf(svg);
  assert.equal(title, "6 layers, 34,826 parameters");
  assert.deepEqual(captions.slice(0, 12), [
    ...["input", "", "28 × 28 × 1", ""],
    ...["conv2d", "32 × 3×3, relu", "26 × 26 × 32", "320 parameters"],
    ...["maxPooling2d", "2×2", "13 × 13 × 32", ""],
  ]);
  assert.deepEqual(captions.slice(-4), ["dense", "10", "10", "16,010 parameters"]);
});

Deno.test("architectureSvg() draws deep networks in rows, and long vectors in part", () => {
  const deep = Array.from({ length: 20 }, () => conv2d(4, 3, { padding: "same" }));
  const svg = architectureSvg([...deep, dense(500), dropout(0.5), dense(3)], [9, 7, 3]);
  const [, , width, height] = parseMarkup(svg).attributes.viewBox!.split(" ").map(Number);
  assert.ok(width! < 1_100 && height! > 600, `${width} × ${height}`);
  assert.equal(findAll(parseMarkup(svg), "rect").length, 10 + 10 + 3);
  assert.ok(!/NaN|undefined|currentcolor/.test(svg));
});
