/**
 * How all charts look: calm, without a background of their own, and readable
 * on light and dark paper, as text and axes take the colour of the text around.
 *
 * @module
 */
import type { Config } from "vega-lite";

/** Colours of Okabe and Ito, which the colour-blind tell apart; each stands out from white and from black. */
export const colours = { blue: "#0072B2", green: "#009E73", vermilion: "#D55E00" } as const;

/** The Vega-Lite version that JupyterLab, VS Code and Deno's notebooks show; newer ones draw it, too. */
export const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v5.json";

/** For the `config` of a Vega-Lite chart. */
export const chartConfig: Config = {
  aria: false, // the chart as a whole has a label; a name for each of its marks is noise
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
  legend: {
    orient: "top",
    title: null,
    labelColor: "currentColor",
    labelFontSize: 11,
    symbolStrokeWidth: 2,
  },
  title: { color: "currentColor", anchor: "start", fontSize: 13, fontWeight: 600, offset: 10 },
};
