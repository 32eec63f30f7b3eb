/**
 * Charts described in Vega-Lite, drawn as SVG.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { escapeMarkup } from "./markup.ts";

/** A chart's description, which notebooks show as it is. Plain JSON. */
export type VegaLiteSpec = TopLevelSpec;

/**
 * Draws a chart. The libraries load with the first (about 0.15 s).
 *
 * @param label says what the chart shows to those who can't see it.
 * @returns SVG that stands alone, or within HTML: it shrinks to the width there is, and text and
 * axes take the colour of the text around it.
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
