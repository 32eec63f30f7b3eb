/**
 * The surest mistakes with what the model thought, as one picture.
 *
 * @module
 */
import type { Evaluation, Mistake } from "../digits/evaluation.ts";
import { colours } from "./chart.ts";
import { digitUrl } from "./digit_grid.ts";
import { type Markup, markup } from "./markup.ts";
import { percent } from "./report_parts.ts";

const CARD = { width: 148, height: 148, gap: 12, picture: 56 };
const BAR = { left: 52, width: 46, height: 9, pitch: 17 };
const LIKELIEST = 3;

/**
 * Draws mistakes side by side: the picture, what it is and what it was read as, and the
 * probabilities of the likeliest classes. SVG.
 *
 * @param mistakes at least one.
 */
export function mistakeCardsSvg(
  mistakes: readonly Mistake[],
  { classNames, imageShape }: Pick<Evaluation, "classNames" | "imageShape">,
  { columns }: { readonly columns: number },
): string {
  const rows = Math.ceil(mistakes.length / columns);
  const width = Math.min(columns, mistakes.length) * (CARD.width + CARD.gap) - CARD.gap;
  const height = rows * (CARD.height + CARD.gap) - CARD.gap;
  const cards = mistakes.map((mistake, i) =>
    markup`<g transform="translate(${i % columns * (CARD.width + CARD.gap)} ${
      Math.floor(i / columns) * (CARD.height + CARD.gap)
    })">${card(mistake, { classNames, imageShape })}</g>`
  );
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" \
aria-label="${mistakes.length} misread pictures" fill="currentColor" \
font-family="system-ui, sans-serif" font-size="11">${cards}</svg>`.text;
}

function card(
  { image, label, predicted, probabilities }: Mistake,
  { classNames, imageShape }: Pick<Evaluation, "classNames" | "imageShape">,
): Markup {
  const likeliest = probabilities
    .map((probability, index) => ({ probability, index }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, LIKELIEST);
  const top = CARD.picture + 30;
  return markup`<rect x="0.5" y="0.5" width="${CARD.width - 1}" height="${CARD.height - 1}" rx="6" \
fill="none" stroke="currentColor" stroke-opacity="0.2"/>\
<image x="${(CARD.width - CARD.picture) / 2}" y="8" width="${CARD.picture}" \
height="${CARD.picture}" style="image-rendering:pixelated" \
href="${digitUrl(Uint8Array.fromBase64(image), imageShape)}"/>\
<text x="${CARD.width / 2}" y="${CARD.picture + 24}" text-anchor="middle" font-size="12">\
<tspan font-weight="600">${short(classNames[label]!)}</tspan> read as \
<tspan font-weight="600">${short(classNames[predicted]!)}</tspan></text>\
${
    likeliest.map(({ probability, index }, i) => {
      const y = top + 6 + i * BAR.pitch;
      // Right and wrong differ by more than the colour.
      const isRight = index === label;
      const name = short(classNames[index]!, 6);
      return markup`<text x="8" y="${y + 9}"${
        isRight ? markup` font-weight="700"` : ""
      }>${name}</text>\
<rect x="${BAR.left}" y="${y}" width="${Math.max(1, BAR.width * probability)}" \
height="${BAR.height}" rx="2" fill="${isRight ? colours.green : colours.vermilion}"/>\
<text x="${CARD.width - 8}" y="${y + 9}" text-anchor="end">${percent(probability, 1)}</text>`;
    })
  }`;
}

function short(name: string, most = 10): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
