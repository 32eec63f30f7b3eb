/**
 * A pipeline's graph as SVG. Pure.
 *
 * @module
 */
import { colours } from "../draw/chart.ts";
import { type Markup, markup } from "../draw/markup.ts";
import type { Box, Layout } from "./pipeline_layout.ts";
import type { DrawnStep, StepStatus } from "./step_progress.ts";

const MARGIN = 4;

/** Told apart by the mark, too: a path of 10 by 10, as not every font has such signs. */
const looks: Readonly<Record<StepStatus, { readonly mark: string; readonly colour: string }>> = {
  waiting: { mark: "", colour: "currentColor" },
  running: { mark: "M2 1l7 4l-7 4z", colour: colours.blue },
  succeeded: { mark: "M1 5l3 4l5 -8", colour: colours.green },
  cached: { mark: "M1 5l3 4l5 -8", colour: colours.green },
  failed: { mark: "M1 1l8 8m0 -8l-8 8", colour: colours.vermilion },
  skipped: { mark: "", colour: "currentColor" },
};

/**
 * Draws the graph in the text's colour, every step with what has become of it.
 *
 * @param label says what it shows to those who can't see it.
 */
export function pipelineSvg(
  { boxes, arrows, width, height }: Layout,
  steps: ReadonlyMap<string, DrawnStep>,
  label: string,
): string {
  const wide = width + 2 * MARGIN, high = height + 2 * MARGIN;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" \
viewBox="${-MARGIN} ${-MARGIN} ${wide} ${high}" width="${wide}" role="img" aria-label="${label}" \
style="max-width:100%;height:auto" fill="currentColor" font-family="system-ui, sans-serif" \
font-size="12">${boxes.map((box) => drawBox(box, steps.get(box.path)))}${
    arrows.map(({ from, to }) => {
      const x = from.x + from.width, y = from.y + from.height / 2;
      const endX = to.x - 1, endY = to.y + to.height / 2;
      const bend = (endX - x) / 2;
      return markup`<path d="M${x} ${y}C${x + bend} ${y} ${endX - bend} ${endY} ${endX - 3} ${endY}\
M${endX - 6} ${endY - 4}l6 4l-6 4" fill="none" stroke="currentColor" stroke-opacity="0.55" \
stroke-width="1.3"/>`;
    })
  }</svg>`.text;
}

function drawBox(box: Box, step: DrawnStep | undefined): Markup {
  const { x, y, width, height, title } = box;
  if (box.kind === "group") {
    return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" \
fill="currentColor" fill-opacity="0.04" stroke="currentColor" stroke-opacity="0.3" \
stroke-dasharray="5 3"/><text x="${x + 12}" y="${y + 16}" font-size="11" \
fill-opacity="0.8">${title}</text>`;
  }
  const { status, note } = step ?? { status: "waiting", note: "" };
  const { mark, colour } = looks[status];
  const isPlain = colour === "currentColor";
  const note2 = box.kind === "import" && note === "" ? "imported" : note;
  const middle = note2 === "" ? y + height / 2 + 4 : y + 19;
  return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" \
fill="${colour}" fill-opacity="${isPlain ? 0.05 : 0.16}" stroke="${colour}" \
stroke-opacity="${status === "skipped" ? 0.35 : isPlain ? 0.5 : 1}" \
stroke-width="${isPlain ? 1 : 1.8}"${status === "skipped" ? markup` stroke-dasharray="3 3"` : ""}/>\
<g text-anchor="middle"${status === "skipped" ? markup` fill-opacity="0.6"` : ""}>\
<text x="${x + width / 2}" y="${middle}" font-weight="600">${title}</text>\
<text x="${x + width / 2 + (mark === "" ? 0 : 7)}" y="${y + 36}" font-size="11">${note2}</text></g>\
${
    mark === ""
      ? ""
      : markup`<path transform="translate(${x + 6} ${y + 27})" d="${mark}" fill="none" \
stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`
  }`;
}
