/**
 * Strokes and pictures, put on a canvas.
 *
 * @module
 */
import type { Picture } from "../../../digits/luminance.ts";
import { smooth, type Stroke } from "./stroke.ts";

type Context = CanvasRenderingContext2D;

/**
 * Draws strokes.
 *
 * @param side of the square to draw on, in the context's units.
 */
export function paintStrokes(
  context: Context,
  strokes: readonly Stroke[],
  { side, colour }: { readonly side: number; readonly colour: string },
): void {
  context.strokeStyle = colour;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    const curves = smooth(stroke);
    curves.forEach(({ from, bend, to }, i) => {
      const width = curves[i - 1]?.from.width;
      if (from.width !== width) { // a canvas draws each path with one width
        context.beginPath();
        context.lineWidth = side * from.width;
        context.moveTo(side * from.x, side * from.y);
      }
      context.quadraticCurveTo(side * bend.x, side * bend.y, side * to.x, side * to.y);
      if (from.width !== curves[i + 1]?.from.width) context.stroke();
    });
  }
}

/** Draws a picture as large as it fits, in the middle of a square. */
export function paintPicture(context: Context, picture: Picture, side: number): void {
  const { width, height } = picture;
  const scale = side / Math.max(width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(
    canvasOf(picture),
    (side - scale * width) / 2,
    (side - scale * height) / 2,
    scale * width,
    scale * height,
  );
}

/** Makes a canvas show a square digit, light ink on dark paper as in MNIST. */
export function paintDigit(canvas: HTMLCanvasElement, digit: Uint8Array): void {
  const side = Math.sqrt(digit.length);
  const image = new ImageData(side, side);
  digit.forEach((ink, i) => image.data.set([ink, ink, ink, 255], 4 * i));
  canvas.width = canvas.height = side;
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

function canvasOf({ data, width, height }: Picture): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(
    new ImageData(new Uint8ClampedArray(data), width, height),
    0,
    0,
  );
  return canvas;
}
