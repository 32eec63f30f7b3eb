/**
 * What preprocessing makes of a dataset, as a picture.
 *
 * @module
 */
import { type Digits, imageAt } from "../digits/digits.ts";
import { digitUrl } from "./digit_grid.ts";
import { type Markup, markup } from "./markup.ts";

/** A part of a dataset, before or after. */
export interface PartRow {
  /** What it is. */
  readonly name: string;
  /** What was done to it. */
  readonly note: string;
  /** Its digits, of which the first are drawn. */
  readonly digits: Digits;
}

const SHOWN = 12;
const ROW_HEIGHT = 78;
const WIDTH = 720;
const TEXT_WIDTH = 196;
const PICTURE = 38;
const CELL = (WIDTH - TEXT_WIDTH) / SHOWN;

/** The first digits of every part, one row each, beside its name and size. SVG. */
export function preprocessingSvg(parts: readonly PartRow[]): string {
  const rows = parts.map(({ name, note, digits }, i) => {
    const size = digits.labels.length;
    return markup`<g transform="translate(0 ${i * ROW_HEIGHT})">\
<text y="24" font-size="13" font-weight="600">${name}</text>\
<text y="42" font-size="12">${size.toLocaleString("en-US")} pictures</text>\
<text y="58" font-size="11" fill-opacity="0.75">${note}</text>${firstDigits(digits)}</g>`;
  });
  const label = parts.map(({ name }) => name).join(", ");
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} \
${parts.length * ROW_HEIGHT}" role="img" aria-label="${label}" fill="currentColor" \
font-family="system-ui, sans-serif">${rows}</svg>`.text;
}

function firstDigits(digits: Digits): Markup[] {
  return Array.from(digits.labels.subarray(0, SHOWN), (label, i) => {
    const x = TEXT_WIDTH + i * CELL;
    return markup`<image x="${x}" y="8" width="${PICTURE}" height="${PICTURE}" \
style="image-rendering:pixelated" href="${digitUrl(imageAt(digits, i), digits.imageShape)}"/>\
<text x="${x + PICTURE / 2}" y="60" font-size="11" text-anchor="middle">${digits
      .classNames[label]!}</text>`;
  });
}
