import assert from "node:assert/strict";
import { placedPictures } from "../../lib/draw/placed_pictures.ts";
import { onPaper, pngOfSvg } from "../../lib/draw/portable_picture.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { pngUrl } from "../../lib/draw/png.ts";

const black = pngUrl(Uint8Array.of(0), [1, 1, 1]);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><g><g ` +
  `transform="translate(10 4)"><image x="2" width="8" height="8" href="${black}"/></g>` +
  `<image x="30" y="5" width="4" height="6" href="${black}"/></g></svg>`;

Deno.test("placedPictures() finds each picture where its groups have moved it", () => {
  assert.deepEqual(placedPictures(svg), [
    { x: 12, y: 4, width: 8, height: 8, url: black },
    { x: 30, y: 5, width: 4, height: 6, url: black },
  ]);
  assert.deepEqual(placedPictures("<svg><g></g></svg>"), []);
});

Deno.test("pngOfSvg() draws the pictures within an SVG on its paper", async () => {
  const { data, width, height } = await decodePicture(await pngOfSvg(onPaper(svg), { scale: 1 }));
  assert.deepEqual([width, height], [40 + 24, 20 + 24]);
  const red = (x: number, y: number) => data[4 * ((y + 12) * width + x + 12)];
  assert.deepEqual([red(12, 4), red(19, 11), red(31, 8), red(11, 4), red(25, 8), red(-12, -12)], [
    0,
    0,
    0,
    255,
    255,
    255,
  ]);
});
