/**
 * One small picture with the numbers it is made of.
 *
 * @module
 */
import { type Digits, imageAt } from "../digits/digits.ts";
import { digitUrl } from "./digit_grid.ts";
import { markup } from "./markup.ts";

const CELL = 20;

/** Every pixel as a square that bears its value, 0 to 255; zeros are left blank. SVG; only for grey pictures. */
export function pixelValuesSvg(digits: Digits, index: number): string {
  const pixels = imageAt(digits, index);
  const [height, width] = digits.imageShape;
  const name = digits.classNames[digits.labels[index]!]!;
  const numbers = Array.from(pixels, (ink, i) => {
    if (ink === 0) return "";
    const x = i % width * CELL + CELL / 2, y = Math.floor(i / width) * CELL + CELL / 2 + 3;
    return markup`<text x="${x}" y="${y}" fill="${ink > 110 ? "#fff" : "#000"}">${ink}</text>`;
  });
  const right = width * CELL, bottom = height * CELL;
  const lines = [
    ...Array.from({ length: width + 1 }, (_, i) => `M${i * CELL} 0V${bottom}`),
    ...Array.from({ length: height + 1 }, (_, i) => `M0 ${i * CELL}H${right}`),
  ].join("");
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right} ${bottom}" \
role="img" aria-label="Pixel values of a ${name}" text-anchor="middle" \
font-family="system-ui, sans-serif" font-size="9"><image width="${right}" height="${bottom}" \
style="image-rendering:pixelated" href="${digitUrl(pixels, digits.imageShape)}"/>\
<path d="${lines}" stroke="#888" stroke-opacity="0.35" stroke-width="0.5" fill="none"/>\
${numbers}</svg>`.text;
}
