/**
 * Pictures for places whose colours and fonts nobody knows: a tracking server's page, a slide.
 *
 * @module
 */
import { UnavailableError } from "../base/errors.ts";
import { placedPictures } from "./placed_pictures.ts";
import { loadSkia } from "./skia.ts";

const PAPER = "#ffffff";
const INK = "#1c1f23";
const MARGIN = 12;
const paper = /^<rect [^>]*fill="#ffffff"\/>/; // what onPaper begins with

/**
 * The same picture with dark ink on white paper and a margin, where the chart alone takes the
 * colour of the text around it.
 *
 * @param svg one that this package drew: with a `viewBox`.
 * @param options.scale pixels for each of its units. @default 1
 * @returns SVG that stands alone, with a width and a height.
 */
export function onPaper(svg: string, { scale = 1 }: { readonly scale?: number } = {}): string {
  const [head, attributes] = /^<svg( [^>]*)>/.exec(svg)!;
  const [x, y, width, height] = /viewBox="([^"]*)"/.exec(attributes!)![1]!.split(" ").map(Number);
  const left = x! - MARGIN, top = y! - MARGIN;
  const wide = width! + 2 * MARGIN, high = height! + 2 * MARGIN;
  const others = attributes!.replace(/ (width|height|viewBox|style)="[^"]*"/g, "");
  return `<svg${others} width="${wide * scale}" height="${high * scale}" ` +
    `viewBox="${left} ${top} ${wide} ${high}" color="${INK}">` +
    `<rect x="${left}" y="${top}" width="${wide}" height="${high}" fill="${PAPER}"/>` +
    svg.slice(head.length);
}

/**
 * Draws what {@linkcode onPaper} gave as pixels.
 *
 * @param options.scale pixels for each pixel of the SVG's size. @default 2
 * @returns a PNG file.
 * @throws {UnavailableError} when Skia does not load, or this machine has no font to write with.
 */
export async function pngOfSvg(
  svg: string,
  { scale = 2 }: { readonly scale?: number } = {},
): Promise<Uint8Array> {
  const { createCanvas, GlobalFonts, loadImage } = await loadSkia();
  if (GlobalFonts.families.length === 0) {
    throw new UnavailableError("Cannot draw text as pixels as this machine has no font: add one");
  }
  // Scaled before it is drawn: afterwards its text would be blurred.
  const [head] = /^<svg [^>]*>/.exec(svg)!;
  const larger = head.replace(
    / (width|height)="([\d.]+)"/g,
    (_, name, length) => ` ${name}="${Math.round(Number(length) * scale)}"`,
  );
  // Skia leaves out the pictures within SVG: they lie between the paper and all else.
  const content = svg.slice(head.length).replace(paper, "");
  const image = await loadImage(new TextEncoder().encode(larger + content));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  const [left, top, whole] = /viewBox="([^"]*)"/.exec(head)![1]!.split(" ").map(Number);
  const zoom = image.width / whole!;
  for (const { x, y, width, height, url } of placedPictures(svg)) {
    const at = [zoom * (x - left!), zoom * (y - top!), zoom * width, zoom * height] as const;
    context.drawImage(await loadImage(url), ...at);
  }
  context.imageSmoothingEnabled = true;
  context.drawImage(image, 0, 0);
  return await canvas.encode("png");
}
