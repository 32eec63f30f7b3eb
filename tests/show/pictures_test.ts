import assert from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { pngElseSvg, svgPictures } from "../../lib/show/pictures.ts";

const svg = (width: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 50"><rect width="9" height="9"/></svg>`;

Deno.test("pngElseSvg() draws SVG where Skia does not load", async () => {
  const failing = () => Promise.reject(new UnavailableError("Cannot load Skia"));
  const pictures = await pngElseSvg(failing, () => svg(100));
  assert.deepEqual(Object.keys(pictures), ["image/svg+xml"]);
  assert.match(pictures["image/svg+xml"] as string, / width="248" height="148" /);
});

Deno.test("pngElseSvg() does not hide a mistake of ours", async () => {
  const failing = () => Promise.reject(new TypeError("x"));
  await assert.rejects(pngElseSvg(failing, () => svg(100)), TypeError);
});

Deno.test("svgPictures() gives SVG and a PNG of its size, on paper, no wider than a page", async () => {
  for (const [width, shown] of [[100, 124], [2000, 810]] as const) {
    const pictures = await svgPictures(svg(width));
    const drawing = pictures["image/svg+xml"] as string;
    assert.ok(Number(/ width="([\d.]+)"/.exec(drawing)![1]) <= shown);
    assert.match(drawing, /fill="#ffffff"/);
    const png = await decodePicture(Uint8Array.fromBase64(pictures["image/png"] as string));
    assert.ok(png.width <= shown && png.width >= shown - 1, `${png.width} pixels wide`);
  }
});
