/**
 * Many digits in one picture.
 *
 * @module
 */
import type { SKRSContext2D } from "@napi-rs/canvas";
import { type Digits, imageAt, type ImageShape } from "../digits/digits.ts";
import { markup } from "./markup.ts";
import { pngUrl } from "./png.ts";
import { loadSkia } from "./skia.ts";

const CAPTION_FONT = "13px sans-serif";
const CAPTION_LINE_HEIGHT = 17; // pixels

/** How digits are laid out. */
export interface GridOptions {
  /** Shows at most `rows * columns` digits, the first ones. @default as many as it takes */
  readonly rows?: number;
  /** Digits a row. @default 10 */
  readonly columns?: number;
}

/** How digits are laid out and what is written to them. */
export interface LabelledGridOptions extends GridOptions {
  /** What is written under each digit. @default the names of their classes */
  readonly captions?: readonly string[];
  /** What the picture is, for those who can't see it. @default how many digits of which classes */
  readonly title?: string;
}

/**
 * Draws digits side by side, dark ink on white.
 *
 * @param options.scale pixels a side for each pixel of a digit. @default 2
 * @param options.captions what is written under each digit, in lines; a machine without a font
 * leaves it out. @default nothing
 * @returns a PNG file.
 * @throws {RangeError} when there is no digit to show.
 * @throws {UnavailableError} when Skia does not load.
 */
export async function digitGridPng(
  digits: Digits,
  options: GridOptions & { readonly scale?: number; readonly captions?: readonly string[] } = {},
): Promise<Uint8Array> {
  const { scale = 2, captions = [] } = options;
  const { count, rows, columns } = layOut(digits, options);
  const [height, width] = digits.imageShape;
  const gap = 2 * scale;
  const { createCanvas, ImageData } = await loadSkia();
  const lines = captions.map((caption) => caption.split("\n"));
  const text = captionSize(lines, createCanvas(1, 1).getContext("2d"));
  const cellWidth = Math.max(width * scale, text.width) + gap;
  const cellHeight = height * scale + text.height + gap;
  const canvas = createCanvas(columns * cellWidth + gap, rows * cellHeight + gap);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.fillStyle = "black";
  context.font = CAPTION_FONT;
  context.textAlign = "center";
  const tile = createCanvas(width, height);
  for (let i = 0; i < count; i++) {
    const rgba = rgbaOf(asShown(imageAt(digits, i), digits.imageShape), digits.imageShape);
    tile.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
    const middle = gap + i % columns * cellWidth + (cellWidth - gap) / 2;
    const top = gap + Math.floor(i / columns) * cellHeight;
    const left = Math.floor(middle - width * scale / 2);
    context.drawImage(tile, left, top, width * scale, height * scale);
    for (const [at, line] of (lines[i] ?? []).entries()) {
      context.fillText(line, middle, top + height * scale + (at + 1) * CAPTION_LINE_HEIGHT);
    }
  }
  return await canvas.encode("png");
}

/** The room that the largest caption takes, in whole pixels. */
function captionSize(
  captions: readonly (readonly string[])[],
  context: SKRSContext2D,
): { readonly width: number; readonly height: number } {
  context.font = CAPTION_FONT;
  const widths = captions.flat().map((line) => context.measureText(line).width);
  const mostLines = Math.max(0, ...captions.map(({ length }) => length));
  return { width: Math.ceil(Math.max(0, ...widths)), height: mostLines * CAPTION_LINE_HEIGHT };
}

/**
 * Draws digits side by side, each with its class below, as SVG whose text
 * takes the colour of what is around it.
 *
 * @returns SVG that stands alone, or within HTML.
 * @throws {RangeError} when there is no digit to show.
 */
export function digitGridSvg(digits: Digits, options: LabelledGridOptions = {}): string {
  const { count, rows, columns } = layOut(digits, options);
  const { captions = Array.from(digits.labels, (label) => digits.classNames[label]!) } = options;
  const { title = describe(digits, count) } = options;
  const [height, width] = digits.imageShape;
  const longest = captions.reduce((most, caption) => Math.max(most, caption.length), 0);
  const cellWidth = Math.max(width + 6, 4.8 * longest); // letters of 8 pixels are less than 4.8 wide
  const cellHeight = height + 14;
  const cells = Array.from({ length: count }, (_, i) => {
    const x = i % columns * cellWidth + (cellWidth - width) / 2;
    const y = Math.floor(i / columns) * cellHeight + 2;
    const caption = captions[i] ?? "";
    return markup`<g><title>${caption}</title><image x="${x}" y="${y}" width="${width}" \
height="${height}" href="${digitUrl(imageAt(digits, i), digits.imageShape)}"/>\
<text x="${x + width / 2}" y="${y + height + 9}">${caption}</text></g>`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * cellWidth} \
${rows * cellHeight}" role="img" aria-label="${title}" fill="currentColor" text-anchor="middle" \
font-family="system-ui, sans-serif" font-size="8"><title>${title}</title>\
<g style="image-rendering:pixelated">${cells}</g></svg>`.text;
}

/** A `data:` URL of a PNG of one picture as people like to see it: ink dark on white. */
export function digitUrl(pixels: Uint8Array, shape: ImageShape): string {
  return pngUrl(asShown(pixels, shape), shape);
}

/** Grey pictures are ink on paper, so that 255 is black; colours are what they are. */
function asShown(pixels: Uint8Array, [, , channels]: ImageShape): Uint8Array {
  return channels === 1 ? pixels.map((ink) => 255 - ink) : pixels;
}

function rgbaOf(pixels: Uint8Array, [height, width, channels]: ImageShape): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * height * width).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let c = 0; c < 3; c++) rgba[4 * pixel + c] = pixels[pixel * channels + c % channels]!;
  }
  return rgba;
}

function layOut(digits: Digits, options: GridOptions) {
  const { columns: most = 10, rows = Math.ceil(digits.labels.length / most) } = options;
  const count = Math.min(digits.labels.length, rows * most);
  if (!(count >= 1)) {
    throw new RangeError(
      `Cannot draw ${digits.labels.length} digits in ${rows} rows and ${most} columns: ` +
        "there must be at least one of each",
    );
  }
  const columns = Math.min(most, count);
  return { count, columns, rows: Math.ceil(count / columns) };
}

function describe({ labels, classNames }: Digits, count: number): string {
  const shown = new Set(labels.subarray(0, count));
  const names = classNames.filter((_, label) => shown.has(label));
  return `${count} ${count === 1 ? "picture" : "pictures"} of ${names.join(", ")}`;
}
