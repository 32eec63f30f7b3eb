/**
 * Feature maps and filters as pictures.
 *
 * @module
 */
import { concatBytes } from "../base/bytes.ts";
import { pngUrl } from "./png.ts";
import { type Markup, markup } from "./markup.ts";

/** Maps of one kind, one after another: `[count, height, width]`. */
export interface MapSheet {
  /** What they are. */
  readonly title: string;
  /** Of one map, in values. */
  readonly height: number;
  /** Of one map, in values. */
  readonly width: number;
  readonly values: Float32Array;
  /** `ink`: dark is much, white is 0 or less. `sign`: blue is positive, orange negative, white 0. */
  readonly colours: "ink" | "sign";
}

const WIDTH = 720;
const GAP = 4;
const HEADING = 22;
const LARGEST = 56;
const MOST_MAPS = 64;

/** Draws sheets below each other, every map as a small picture. SVG. */
export function mapSheetsSvg(sheets: readonly MapSheet[], label: string): string {
  let top = 0;
  const drawn = sheets.map((sheet) => {
    const { markup: content, height } = drawSheet(sheet);
    const placed = markup`<g transform="translate(0 ${top})">${content}</g>`;
    top += height + 12;
    return placed;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top - 12}" \
role="img" aria-label="${label}" fill="currentColor" font-family="system-ui, sans-serif" \
font-size="12">${drawn}</svg>`.text;
}

function drawSheet(
  { title, height, width, values, colours }: MapSheet,
): { readonly markup: Markup; readonly height: number } {
  const area = height * width;
  const count = Math.min(MOST_MAPS, values.length / area);
  const columns = Math.min(count, Math.max(16, Math.floor(WIDTH / (LARGEST + GAP))));
  const side = Math.min(LARGEST, WIDTH / columns - GAP);
  const high = side * height / width;
  const maps = Array.from({ length: count }, (_, i) => {
    const map = values.subarray(i * area, (i + 1) * area);
    const x = i % columns * (side + GAP);
    const y = HEADING + Math.floor(i / columns) * (high + GAP);
    return markup`<image x="${x}" y="${y}" width="${side}" height="${high}" \
style="image-rendering:pixelated" href="${mapUrl(map, [height, width], colours)}"/>\
<rect x="${x}" y="${y}" width="${side}" height="${high}" fill="none" stroke="currentColor" \
stroke-opacity="0.2" stroke-width="0.5"/>`;
  });
  return {
    markup: markup`<text y="13" font-weight="600">${title}</text>${maps}`,
    height: HEADING + Math.ceil(count / columns) * (high + GAP),
  };
}

/** Each map by its own largest value, as what matters is where it is strong. */
function mapUrl(
  map: Float32Array,
  [height, width]: readonly [number, number],
  colours: MapSheet["colours"],
): string {
  const largest = map.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  if (colours === "ink") {
    const grey = Uint8Array.from(
      map,
      (value) => 255 - Math.round(255 * Math.max(0, value) / largest),
    );
    return pngUrl(grey, [height, width, 1]);
  }
  return pngUrl(
    concatBytes(Array.from(map, (value) => signColour(value / largest))),
    [height, width, 3],
  );
}

const POSITIVE = [0x00, 0x72, 0xb2]; // of Okabe and Ito
const NEGATIVE = [0xd5, 0x5e, 0x00];

function signColour(value: number): Uint8Array {
  const full = value < 0 ? NEGATIVE : POSITIVE;
  return Uint8Array.from(full, (channel) => Math.round(255 + (channel - 255) * Math.abs(value)));
}
