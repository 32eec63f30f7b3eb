/**
 * A network as a picture: what each layer makes of the one before.
 *
 * @module
 */
import type { ImageShape } from "../digits/digits.ts";
import type { Layer } from "../model/layers.ts";
import { type LayerSummary, summarizeLayers } from "../model/summary.ts";
import { colours } from "./chart.ts";
import { type Markup, markup } from "./markup.ts";

const COLUMN = { width: 124, height: 206, perRow: 8 };
const VOLUME_TOP = 30; // the first row's is the heading's
const VOLUME_HEIGHT = 106;
const LARGEST_SIDE = 74;
const THICKEST = 40;
const MOST_UNITS_SHOWN = 10;

const fills: Readonly<Record<Layer["type"] | "input", string>> = {
  input: "currentColor",
  conv2d: colours.blue,
  maxPooling2d: colours.green,
  dropout: "currentColor",
  dense: colours.vermilion,
};

/** One stage of the network: what comes out of a layer, or the picture that goes in. */
interface Stage extends LayerSummary {
  readonly type: Layer["type"] | "input";
}

/**
 * Draws the layers from left to right: each output as a block as high and wide as its feature
 * maps, and thicker with their number; below it the layer, the output's shape, and how many
 * numbers it learns.
 *
 * @returns SVG that stands alone, or within HTML, where it takes the text's colour.
 * @throws {RangeError} when the layers don't make a classifier of such images.
 */
export function architectureSvg(layers: readonly Layer[], imageShape: ImageShape): string {
  const stages: readonly Stage[] = [
    { type: "input", name: "input", outputShape: imageShape, parameters: 0 },
    ...summarizeLayers(layers, imageShape).map((summary, i) => (
      { ...summary, type: layers[i]!.type }
    )),
  ];
  const largest = {
    side: Math.max(...imageShape.slice(0, 2)),
    channels: Math.max(...stages.map(({ outputShape }) => outputShape[2] ?? 1)),
  };
  const rows = Math.ceil(stages.length / COLUMN.perRow);
  const width = Math.min(stages.length, COLUMN.perRow) * COLUMN.width;
  const height = VOLUME_TOP + rows * COLUMN.height;
  const parameters = stages.reduce((sum, { parameters }) => sum + parameters, 0);
  const title = `${plural(layers.length, "layer")}, ${plural(parameters, "parameter")}`;
  const columns = stages.map((stage, i) => {
    const x = i % COLUMN.perRow * COLUMN.width;
    const y = VOLUME_TOP + Math.floor(i / COLUMN.perRow) * COLUMN.height;
    return markup`<g transform="translate(${x} ${y})">${i === 0 ? "" : arrow}\
${volume(stage, largest)}${caption(stage)}</g>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" \
role="img" aria-label="Network of ${title}" fill="currentColor" text-anchor="middle" \
font-family="system-ui, sans-serif" font-size="11">\
<text x="0" y="14" text-anchor="start" font-size="13" font-weight="600">${title}</text>\
${columns}</svg>`.text;
}

const arrow = markup`<path d="M-8 ${VOLUME_HEIGHT / 2}h12m-4 -3.5l5 3.5l-5 3.5" fill="none" \
stroke="currentColor" stroke-opacity="0.55" stroke-width="1.3"/>`;

function caption({ name, outputShape, parameters }: Stage): Markup {
  const [type, ...settings] = name.split(" ");
  const lines = [
    markup`<tspan font-weight="600" font-size="12">${type!}</tspan>`,
    settings.join(" "),
    outputShape.join(" × "),
    parameters === 0 ? "" : plural(parameters, "parameter"),
  ];
  return markup`${
    lines.map((line, i) =>
      markup`<text x="${COLUMN.width / 2}" y="${VOLUME_HEIGHT + 24 + 17 * i}" \
fill-opacity="${i === 0 || i === 2 ? 1 : 0.7}">${line}</text>`
    )
  }`;
}

/** The output of a stage, in the middle of its column. */
function volume(
  { type, outputShape }: Stage,
  largest: { readonly side: number; readonly channels: number },
): Markup {
  const [height, width, channels] = outputShape;
  if (width === undefined) return unitStack(height!, type);
  const high = Math.max(6, LARGEST_SIDE * height! / largest.side);
  const deep = Math.max(6, LARGEST_SIDE * width / largest.side) * 0.4;
  // By the root, so that 3 channels can be seen beside 64.
  const thick = Math.max(4, THICKEST * Math.sqrt(channels! / largest.channels));
  const x = (COLUMN.width - thick - deep) / 2;
  const y = (VOLUME_HEIGHT - high + deep) / 2;
  const face = (path: string, opacity: number) =>
    markup`<path d="${path}" ${paint(type, opacity)}/>`;
  return markup`${[
    face(`M${x} ${y}l${deep} ${-deep}h${thick}l${-deep} ${deep}z`, 0.25),
    face(`M${x + thick} ${y}l${deep} ${-deep}v${high}l${-deep} ${deep}z`, 0.75),
    face(`M${x} ${y}h${thick}v${high}h${-thick}z`, 0.5),
  ]}`;
}

/** Values without a place, one above the other; of many the first ones. */
function unitStack(units: number, type: Stage["type"]): Markup {
  const shown = Math.min(units, MOST_UNITS_SHOWN);
  const size = 9;
  const top = (VOLUME_HEIGHT - shown * size) / 2;
  const boxes = Array.from(
    { length: shown },
    (_, i) =>
      markup`<rect x="${(COLUMN.width - size) / 2}" y="${top + i * size}" width="${size}" \
height="${size - 1}" rx="1.5" ${paint(type, 0.5)}/>`,
  );
  const more = shown === units
    ? []
    : [4, 8, 12].map((down) =>
      markup`<circle cx="${COLUMN.width / 2}" cy="${top + shown * size + down}" r="1"/>`
    );
  return markup`${boxes}${more}`;
}

/** What comes in and what is only dimmed is grey. */
function paint(type: Stage["type"], opacity: number): Markup {
  const isGrey = fills[type] === "currentColor";
  const dashes = type === "dropout" ? markup` stroke-dasharray="3 2"` : "";
  return markup`fill="${fills[type]}" fill-opacity="${isGrey ? opacity / 5 : opacity}" \
stroke="currentColor" stroke-opacity="0.6"${dashes}`;
}

function plural(value: number, one: string): string {
  return `${value.toLocaleString("en-US")} ${one}${value === 1 ? "" : "s"}`;
}
