/**
 * Draws strokes as grey pixels, the way a scanner sees a pen's ink.
 *
 * @module
 */

/** A moment of a stroke: where the pen is and how broadly it writes, in pixels. */
export interface PenPoint {
  /** From the picture's left edge. */
  readonly x: number;
  /** From its top edge. */
  readonly y: number;
  /** Half the width of the line here. */
  readonly radius: number;
}

/** Where the pen went from touching the paper to leaving it; one point makes a dot. */
export type Stroke = readonly PenPoint[];

/**
 * Draws strokes with round ends.
 *
 * @param size width and height of the picture in pixels; what lies outside is cut off.
 * @param softness over how many pixels an edge goes from paper to ink; 1 is plain antialiasing.
 * @returns `width * height` bytes, row-major; 0 is paper and 255 is ink.
 */
export function rasterizeStrokes(
  strokes: readonly Stroke[],
  size: { readonly width: number; readonly height: number },
  softness = 1,
): Uint8Array<ArrayBuffer> {
  const { width, height } = size;
  const pixels = new Uint8Array(width * height);
  for (const stroke of strokes) {
    for (let i = 0; i < Math.max(stroke.length - 1, 1); i++) {
      const from = stroke[i];
      if (from) drawSegment(from, stroke[i + 1] ?? from);
    }
  }
  return pixels;

  function drawSegment(from: PenPoint, to: PenPoint): void {
    const reach = Math.max(from.radius, to.radius) + softness / 2;
    const left = Math.max(Math.floor(Math.min(from.x, to.x) - reach), 0);
    const right = Math.min(Math.ceil(Math.max(from.x, to.x) + reach), width);
    const top = Math.max(Math.floor(Math.min(from.y, to.y) - reach), 0);
    const bottom = Math.min(Math.ceil(Math.max(from.y, to.y) + reach), height);
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const squaredLength = dx * dx + dy * dy;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const x = column + 0.5 - from.x;
        const y = row + 0.5 - from.y;
        // how far along the segment its nearest point to the pixel lies, 0..1
        const along = squaredLength > 0
          ? Math.min(Math.max((x * dx + y * dy) / squaredLength, 0), 1)
          : 0;
        const awayX = x - along * dx;
        const awayY = y - along * dy;
        const distance = Math.sqrt(awayX * awayX + awayY * awayY);
        if (distance >= reach) continue;
        const radius = from.radius + along * (to.radius - from.radius);
        const ink = Math.min(Math.max((radius - distance) / softness + 0.5, 0), 1);
        const at = row * width + column;
        pixels[at] = Math.max(pixels[at]!, Math.round(255 * ink));
      }
    }
  }
}
