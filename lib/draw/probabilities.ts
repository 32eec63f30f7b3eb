/**
 * A picture beside what it was taken for.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import { colours } from "./chart.ts";
import { digitUrl } from "./digit_grid.ts";
import { markup } from "./markup.ts";
import { percent } from "./report_parts.ts";

const PICTURE = 140;
const ROW = 20;
const BAR = { left: PICTURE + 110, width: 190 };
const MOST_ROWS = 12;

/**
 * Draws the picture, and a bar for the probability of every class, or of the likeliest 12. SVG.
 *
 * @param pixels bytes 0..255 `[height, width, channels]`.
 */
export function probabilitiesSvg(
  pixels: Uint8Array,
  imageShape: ImageShape,
  probabilities: readonly { readonly name: string; readonly probability: number }[],
): string {
  const best = probabilities.reduce((a, b) => b.probability > a.probability ? b : a);
  const shown = probabilities.length <= MOST_ROWS
    ? probabilities
    : probabilities.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_ROWS);
  const height = Math.max(PICTURE, shown.length * ROW);
  const rows = shown.map((row, i) => {
    const y = i * ROW;
    const isBest = row === best;
    return markup`<g${isBest ? markup` font-weight="600"` : ""}>\
<text x="${BAR.left - 10}" y="${y + 14}" text-anchor="end">${row.name}</text>\
<rect x="${BAR.left}" y="${y + 3}" width="${Math.max(1, BAR.width * row.probability)}" \
height="13" rx="2" fill="${colours.blue}" fill-opacity="${isBest ? 1 : 0.55}"/>\
<text x="${BAR.left + BAR.width + 10}" y="${y + 14}">${percent(row.probability, 1)}</text></g>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${
    BAR.left + BAR.width + 64
  } ${height}" role="img" aria-label="${best.name}, ${percent(best.probability, 1)}" \
fill="currentColor" font-family="system-ui, sans-serif" font-size="12">\
<image width="${PICTURE}" height="${PICTURE}" style="image-rendering:pixelated" \
href="${digitUrl(pixels, imageShape)}"/><rect x="0.5" y="0.5" width="${PICTURE - 1}" \
height="${PICTURE - 1}" fill="none" stroke="currentColor" stroke-opacity="0.25"/>${rows}</svg>`
    .text;
}
