/**
 * Charts described in Vega-Lite, drawn as SVG.
 *
 * @module
 */
import type { Config, TopLevelSpec } from "vega-lite";
import { escapeMarkup } from "./markup.ts";

/** A chart's description, which notebooks show as it is. Plain JSON. */
export type VegaLiteSpec = TopLevelSpec;

/** One plot, which may be a chart or part of one. */
export type Plot = Extract<TopLevelSpec, { hconcat: unknown }>["hconcat"][number];

/** What is drawn over another in one plot. */
export type Layer = Extract<Plot, { layer: unknown }>["layer"][number];

/** Colours of Okabe and Ito, which the colour-blind tell apart; each stands out from white and from black. */
export const colours = { blue: "#0072B2", green: "#009E73", vermilion: "#D55E00" } as const;

/** Makes a chart of one plot or of several side by side. */
export function chartOf(...plots: Plot[]): VegaLiteSpec {
  // JupyterLab, VS Code and Deno's notebooks show version 5; newer ones draw it, too.
  const $schema = "https://vega.github.io/schema/vega-lite/v5.json";
  const own = { color: "independent", shape: "independent", strokeDash: "independent" } as const;
  return { $schema, config, hconcat: plots, resolve: { scale: own } };
}

/** Without a background; text and axes take the colour of the text around: readable on light and on dark. */
const config: Config = {
  aria: false, // the chart as a whole has a label
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: "currentColor",
    titleColor: "currentColor",
    domainColor: "currentColor",
    tickColor: "currentColor",
    gridColor: "currentColor",
    domainOpacity: 0.4,
    tickOpacity: 0.4,
    gridOpacity: 0.12,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titlePadding: 8,
  },
  legend: { orient: "top", title: null, labelColor: "currentColor", labelFontSize: 11 },
  title: { color: "currentColor", anchor: "start", fontSize: 13, fontWeight: 600, offset: 10 },
};

/**
 * Draws a chart. The libraries load with the first.
 *
 * @param label says what the chart shows to those who can't see it.
 * @returns SVG that stands alone, or within HTML; there it shrinks to the width there is.
 */
export async function renderChart(spec: VegaLiteSpec, label: string): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  try {
    const svg = await view.toSVG();
    return svg.replace(
      "<svg ",
      `<svg role="img" aria-label="${escapeMarkup(label)}" style="max-width:100%;height:auto" `,
    );
  } finally {
    view.finalize();
  }
}
