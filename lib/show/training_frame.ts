/**
 * A running training as one small picture. Drawn without a chart library: it is drawn several times a
 * second on the machine that trains, where Vega takes 30 to 50 ms a time and this takes less than one.
 *
 * @module
 */
import { type Markup, markup } from "../draw/markup.ts";
import type { Moment } from "../draw/progress_chart.ts";
import { count, figure, percent } from "../draw/report_parts.ts";
import type { TrainingCurve } from "./training_curve.ts";

const PANEL = { width: 210, height: 96, gap: 24 };
const HEAD = 22;
const MOST_POINTS = 240; // more than there are pixels to tell them apart

// Told apart by the colour-blind, on light and on dark.
const strokes = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

const panels = [
  { title: "Loss", key: "loss", words: figure },
  { title: "Accuracy", key: "accuracy", words: (share: number) => percent(share, 1) },
  { title: "Learning rate", key: "learningRate", words: figure },
] as const;

/** One line for each training, as text. */
export function trainingLines(
  curves: readonly TrainingCurve[],
  epochs: number | undefined,
): readonly string[] {
  return curves.map(({ name, now }) => {
    const head = name === "" ? "" : `${name}: `;
    if (!now) return `${head}waiting for the first steps`;
    const of = epochs === undefined ? "" : ` of ${epochs}`;
    return `${head}epoch ${now.at.toFixed(1)}${of} · loss ${figure(now.loss)} · accuracy ` +
      `${percent(now.accuracy, 1)} · learning rate ${figure(now.learningRate)} · ` +
      `${count(Math.round(now.imagesPerSecond))} images/s`;
  });
}

/** Inline SVG in the text's colour, below the lines of {@linkcode trainingLines}. */
export function trainingFrame(
  curves: readonly TrainingCurve[],
  epochs: number | undefined,
): string {
  const lines = trainingLines(curves, epochs);
  const last = Math.max(epochs ?? 1, ...curves.map(({ now }) => Math.ceil(now?.at ?? 1)));
  const width = panels.length * (PANEL.width + PANEL.gap);
  const words = lines.map((line, i) =>
    markup`<div><span style="color:${strokes[i % strokes.length]!}">■</span> ${line}</div>`
  );
  return markup`<div style="font:13px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums">\
${words}<svg viewBox="0 0 ${width} ${PANEL.height + HEAD + 8}" width="${width}" role="img" \
aria-label="${lines.join("; ")}" fill="currentColor" style="max-width:100%;height:auto" \
font-size="11">${
    panels.map((panel, i) =>
      markup`<g transform="translate(${i * (PANEL.width + PANEL.gap)} 0)">${
        drawPanel(panel, curves, last)
      }</g>`
    )
  }</svg></div>`.text;
}

function drawPanel(
  { title, key, words }: typeof panels[number],
  curves: readonly TrainingCurve[],
  last: number,
): Markup {
  const all = curves.map(({ moments }) => thinned(moments));
  const values = all.flat().map((moment) => moment[key]);
  const low = Math.min(...values), high = Math.max(...values);
  const range = high > low ? high - low : 1;
  const x = (at: number) => Math.round(10 * PANEL.width * at / last) / 10;
  const y = (value: number) =>
    HEAD + Math.round(10 * PANEL.height * (1 - (value - low) / range)) / 10;
  const epochs = Array.from(
    { length: Math.min(last, 40) + 1 },
    (_, i) => x(i * last / Math.min(last, 40)),
  );
  const bounds = values.length === 0 ? "" : `${words(low)} to ${words(high)}`;
  return markup`<text y="12"><tspan font-weight="600" font-size="12">${title}</tspan>\
<tspan dx="8" fill-opacity="0.7">${bounds}</tspan></text>\
<path d="M0 ${HEAD}V${HEAD + PANEL.height}H${PANEL.width}${
    epochs.map((at) => `M${at} ${HEAD + PANEL.height}v4`).join("")
  }" fill="none" stroke="currentColor" stroke-opacity="0.4"/>${
    all.map((moments, i) =>
      moments.length === 0
        ? ""
        : markup`<path fill="none" stroke="${strokes[i % strokes.length]!}" stroke-width="2" \
stroke-linejoin="round" d="M${
          moments.map((moment) => `${x(moment.at)} ${y(moment[key])}`).join("L")
        }"/>\
<circle cx="${x(moments.at(-1)!.at)}" cy="${y(moments.at(-1)![key])}" r="3" \
fill="${strokes[i % strokes.length]!}"/>`
    )
  }`;
}

/** Every so many, and the last. */
function thinned(moments: readonly Moment[]): readonly Moment[] {
  const step = Math.ceil(moments.length / MOST_POINTS);
  return moments.filter((moment, i) =>
    Number.isFinite(moment.loss) && (i % step === 0 || i === moments.length - 1)
  );
}
