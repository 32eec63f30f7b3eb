/** Pictures of a made-up digit (a five of straight strokes) in whatever way tests want it. */
import type { Picture } from "../../lib/digits/picture.ts";

const five = [[0.9, 0], [0.2, 0], [0.1, 0.45], [0.6, 0.4], [0.85, 0.7], [0.55, 1], [0, 0.9]];

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** The digit's height and upper left corner. */
  readonly size: number;
  readonly left: number;
  readonly top: number;
  /** Of the strokes; a tenth of the size when not given. */
  readonly pen?: number;
  /** Luma, 0..255. */
  readonly paper?: number;
  readonly ink?: number;
  /** Changes a pixel's value. */
  readonly change?: (value: number, x: number, y: number) => number;
}

/** One byte a pixel. */
export function drawDigit(drawing: Drawing): Picture {
  const { width, height, paper = 255, ink = 0, change = (value) => value } = drawing;
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const x = pixel % width, y = Math.floor(pixel / width);
    const value = paper + (ink - paper) * coverage(drawing, x + 0.5, y + 0.5);
    return Math.min(255, Math.max(0, Math.round(change(value, x, y))));
  });
  return { data, width, height };
}

/** Four bytes a pixel: every pixel in these colours, or as transparent as it is light. */
export function colour(
  { data, width, height }: Picture,
  pixelOf: (value: number) => readonly [number, number, number, number],
): Picture {
  return { data: Uint8ClampedArray.from([...data].flatMap(pixelOf)), width, height };
}

function coverage({ left, top, size, pen = size / 10 }: Drawing, x: number, y: number): number {
  const reach = size - pen;
  const points = five.map(([u, v]) => [left + pen / 2 + u! * reach, top + pen / 2 + v! * reach]);
  let nearest = Infinity;
  for (const [i, [x1, y1]] of points.slice(1).entries()) {
    const [x0, y0] = points[i]!;
    const [dx, dy] = [x1! - x0!, y1! - y0!];
    const along = ((x - x0!) * dx + (y - y0!) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - x0! - t * dx, y - y0! - t * dy));
  }
  return Math.min(1, Math.max(0, pen / 2 + 0.5 - nearest));
}
