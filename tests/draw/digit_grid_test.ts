import assert from "node:assert/strict";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { digitGridPng, digitGridSvg, digitUrl } from "../../lib/draw/digit_grid.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { findAll, parseMarkup, textOf } from "./parse_markup.ts";

Deno.test("digitGridPng() lays digits out in rows, ink dark on white", async () => {
  const digits = { ...smallDigits(5), images: new Uint8Array(5 * 12).fill(255, 12) };
  const { data, width, height } = await decodePicture(
    await digitGridPng(digits, { columns: 3, scale: 1 }),
  );
  assert.deepEqual([width, height], [3 * (3 + 2) + 2, 2 * (4 + 2) + 2]);
  const luma = (x: number, y: number) => data[4 * (y * width + x)];
  assert.deepEqual([luma(2, 2), luma(7, 2), luma(2, 8), luma(12, 8), luma(6, 2)], [
    255, // the first picture is blank
    0,
    0,
    255, // there is no sixth
    255, // the gap
  ]);
});

Deno.test("digitGridPng() shows as many digits as rows and columns allow, and colours", async () => {
  const digits = smallDigits(9, { imageShape: [2, 2, 3] });
  const png = await digitGridPng(digits, { rows: 1, columns: 4, scale: 3 });
  const { data, width, height } = await decodePicture(png);
  assert.deepEqual([width, height], [4 * (6 + 6) + 6, 6 + 12]);
  assert.deepEqual([...data.subarray(4 * (6 * width + 6)).subarray(0, 3)], [
    ...digits.images.subarray(0, 3),
  ]);
});

Deno.test("digitGridPng() and digitGridSvg() are the same each time", async () => {
  const digits = smallDigits(4);
  assert.deepEqual(await digitGridPng(digits), await digitGridPng(digits));
  assert.equal(digitGridSvg(digits), digitGridSvg(digits));
});

Deno.test("digitGridSvg() writes each digit's class below it and says what it shows", () => {
  const digits = smallDigits(6);
  const svg = parseMarkup(digitGridSvg(digits, { rows: 1, columns: 4 }));
  assert.equal(svg.attributes.role, "img");
  assert.equal(svg.attributes["aria-label"], "4 pictures of 0, 1, 2, 3");
  assert.deepEqual(findAll(svg, "text").map(textOf), ["0", "1", "2", "3"]);
  assert.deepEqual(
    findAll(svg, "image").map((image) => image.attributes.href),
    [0, 1, 2, 3].map((i) => digitUrl(digits.images.subarray(12 * i, 12 * i + 12), [4, 3, 1])),
  );
});

Deno.test("digitGridSvg() escapes captions and makes room for long ones", () => {
  const captions = ['<script>"&', "a rather long caption"];
  const svg = parseMarkup(digitGridSvg(smallDigits(2), { captions, title: "<b>" }));
  assert.deepEqual(findAll(svg, "text").map(textOf), captions);
  assert.equal(svg.attributes["aria-label"], "<b>");
  assert.equal(findAll(svg, "script").length, 0);
  const [, , width] = svg.attributes.viewBox!.split(" ").map(Number);
  assert.ok(width! > 2 * 80, `only ${width} wide`);
});

Deno.test("digitGridPng() and digitGridSvg() refuse to draw nothing", async () => {
  await assert.rejects(digitGridPng(smallDigits(0)), RangeError);
  assert.throws(() => digitGridSvg(smallDigits(3), { columns: 0 }), RangeError);
});
