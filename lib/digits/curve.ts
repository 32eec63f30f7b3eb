/**
 * Smooth lines through a few points.
 *
 * @module
 */

/** Where something is; x grows to the right and y downwards. */
export type Point = readonly [x: number, y: number];

/** The points a smooth line passes through. The same point twice is a sharp corner. */
export type Curve = readonly Point[];

/** Reads a drawing as {@linkcode StrokeGlyph} has them: `"12,8 50,6; 40,30 60,30"`. */
export function parseDrawing(drawing: string): readonly Curve[] {
  return drawing.split("; ").map((stroke) =>
    stroke.split(" ").map((point) => {
      const [x, y] = point.split(",");
      return [Number(x), Number(y)];
    })
  );
}

/** Whether the point at this index is the second of a corner. */
export function repeatsPoint(curve: Curve, index: number): boolean {
  const before = curve[index - 1];
  const point = curve[index];
  return before !== undefined && before[0] === point?.[0] && before[1] === point[1];
}

/**
 * Follows the curve (Catmull and Rom's spline) in short straight lines.
 *
 * @param pieces lines between two of its points.
 * @returns the ends of those lines.
 */
export function followCurve(curve: Curve, pieces: number): Curve {
  const path: Point[] = [curve[0]!];
  for (let i = 1; i < curve.length; i++) {
    if (repeatsPoint(curve, i)) continue;
    const from = curve[i - 1]!;
    const to = curve[i]!;
    const before = curve[i - 2] ?? from;
    const after = curve[i + 1] ?? to;
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      path.push([
        between(before[0], from[0], to[0], after[0], t),
        between(before[1], from[1], to[1], after[1], t),
      ]);
    }
  }
  return path;
}

/** One coordinate of the spline on its way from `b` (`t` = 0) to `c` (`t` = 1). */
function between(a: number, b: number, c: number, d: number, t: number): number {
  const square = 2 * a - 5 * b + 4 * c - d;
  const cube = 3 * (b - c) + d - a;
  return b + 0.5 * t * (c - a + t * (square + t * cube));
}
