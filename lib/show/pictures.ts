/**
 * Pictures in the forms that notebooks show.
 *
 * @module
 */
import { UnavailableError } from "../base/errors.ts";
import { renderChart, type VegaLiteSpec } from "../draw/chart.ts";
import { onPaper, pngOfSvg } from "../draw/portable_picture.ts";
import type { Pictures } from "./media_bundle.ts";

/** Notebooks cut off what is wider than a page, which is hardly less than that on a laptop. */
const MOST_WIDTH = 800;

/**
 * A drawing, as SVG and as PNG. Notebooks show SVG apart from the page, so that it can't know whether that
 * is dark: it has paper of its own. JupyterLab shows the PNG while it does not trust a notebook, as
 * one from elsewhere that has not run yet; where Skia or its fonts are missing it shows text then.
 */
export async function svgPictures(svg: string): Promise<Pictures> {
  const drawing = drawn(svg);
  const pictures = { "image/svg+xml": drawing };
  try {
    // Not larger, as notebooks show each pixel of a PNG as one of theirs.
    return { ...pictures, "image/png": (await pngOfSvg(drawing, { scale: 1 })).toBase64() };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return pictures;
  }
}

/** A chart that answers to the mouse, and beside it a drawing for pages that can't show such. */
export async function chartPictures(spec: VegaLiteSpec, label: string): Promise<Pictures> {
  // As SVG, the page's text colour reaches it.
  const usermeta = { embedOptions: { renderer: "svg", actions: false } };
  return {
    "application/vnd.vegalite.v5+json": { ...spec, usermeta },
    "image/svg+xml": drawn(await renderChart(spec, label)),
  };
}

/** A PNG; where Skia can't draw it, an SVG. */
export async function pngElseSvg(
  png: () => Promise<Uint8Array>,
  svg: () => string,
): Promise<Pictures> {
  try {
    return { "image/png": (await png()).toBase64() };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { "image/svg+xml": drawn(svg(), { scale: 2 }) };
  }
}

function drawn(svg: string, { scale = 1 }: { readonly scale?: number } = {}): string {
  const width = Number(/viewBox="[-\d.]+ [-\d.]+ ([\d.]+)/.exec(svg)![1]);
  const paper = onPaper(svg, { scale: Math.min(scale, MOST_WIDTH / width) });
  // Where it becomes part of the page, it shrinks with it.
  return paper.replace("<svg ", '<svg style="max-width:100%;height:auto" ');
}
