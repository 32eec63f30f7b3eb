/**
 * Writes digits as hands do: never twice the same. Pure; all chance comes from
 * the generator given.
 *
 * @module
 */
import type { Random } from "../base/random.ts";
import { type Curve, followCurve, parseDrawing, type Point, repeatsPoint } from "./curve.ts";
import { randomDistortion } from "./distort.ts";
import type { PenPoint, Stroke } from "./rasterize.ts";
import { strokeGlyphs } from "./stroke_glyphs.ts";

/** Writes one digit, 0 to 9, as strokes that just fill a square box, the longer way, from 0, 0. */
export type WriteDigit = (digit: number, random: Random) => readonly Stroke[];

/** A {@linkcode StrokeGlyph} once read. */
interface KnownGlyph {
  readonly share: number;
  readonly drawings: readonly (readonly Curve[])[];
}

const stray = 5.5; // the furthest a stroke, and each of its points, goes astray; a digit is 100 high
const pieces = 4; // straight lines between two points of a drawing: 1 to 2 pixels each

/**
 * Learns the drawings by heart.
 *
 * @param box pixels along each side of the box to fill.
 */
export function learnHandwriting(box: number): WriteDigit {
  const known = strokeGlyphs.map((glyphs) =>
    glyphs.map(({ share, drawings }) => ({ share, drawings: drawings.map(parseDrawing) }))
  );
  return (digit, random) => {
    const drawing = blendDrawings(chooseGlyph(known[digit]!, random).drawings, random);
    // a lone line leans further than anything that has two sides
    const distort = randomDistortion(random, digit === 1 ? [-0.25, 0.85] : [-0.4, 0.6]);
    const paths = drawing.map((curve) =>
      followCurve(trimEnds(shake(curve, random), random).map(distort), pieces)
    );
    return inkPaths(paths, box, random);
  };
}

function chooseGlyph(glyphs: readonly KnownGlyph[], random: Random): KnownGlyph {
  let left = random.uniform(0, glyphs.reduce((sum, glyph) => sum + glyph.share, 0));
  return glyphs.find((glyph) => (left -= glyph.share) < 0) ?? glyphs[0]!;
}

/** Something between two of the drawings, or a little beyond one of them. */
function blendDrawings(drawings: KnownGlyph["drawings"], random: Random): readonly Curve[] {
  const one = drawings[random.integer(drawings.length)]!;
  const other = drawings[random.integer(drawings.length)]!;
  const share = random.uniform(-0.15, 0.65);
  return one.map((curve, stroke) =>
    curve.map((point, i) => toward(point, other[stroke]![i]!, share))
  );
}

/** Puts a stroke, and every point of it, a little out of place. */
function shake(curve: Curve, random: Random): Curve {
  const [strokeX, strokeY] = astray(random);
  let [x, y] = [0, 0];
  return curve.map((point, i) => {
    if (!repeatsPoint(curve, i)) [x, y] = astray(random);
    return [point[0] + strokeX + x, point[1] + strokeY + y];
  });
}

function astray(random: Random): Point {
  return [random.uniform(-stray, stray), random.uniform(-stray, stray)];
}

/** Begins and ends a stroke early or late. */
function trimEnds(curve: Curve, random: Random): Curve {
  const first = toward(curve[1]!, curve[0]!, random.uniform(0.8, 1.2));
  const last = toward(curve.at(-2)!, curve.at(-1)!, random.uniform(0.8, 1.2));
  return [first, ...curve.slice(1, -1), last];
}

/** The point at this share of the way. */
function toward(from: Point, to: Point, share: number): Point {
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** Follows the paths with a pen of random breadth, at a scale that makes the ink just fill the box. */
function inkPaths(paths: readonly Curve[], box: number, random: Random): readonly Stroke[] {
  // 1.27 pixels of 20 give the ink the weight it has in MNIST; the sum makes extremes rare
  const spread = random.uniform(-0.35, 0.35) + random.uniform(-0.35, 0.4);
  const pen = 0.0635 * box * Math.exp(spread);
  const xs = paths.flatMap((path) => path.map(([x]) => x));
  const ys = paths.flatMap((path) => path.map(([, y]) => y));
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const scale = (box - 2 * pen) / Math.max(Math.max(...xs) - left, Math.max(...ys) - top);
  return paths.map((path) => {
    const unevenness = random.uniform(0, 0.25);
    const phase = random.uniform(0, 2 * Math.PI);
    return path.map(([x, y], i): PenPoint => ({
      x: (x - left) * scale + pen,
      y: (y - top) * scale + pen,
      radius: pen * (1 + unevenness * Math.sin(phase + i / pieces)),
    }));
  });
}
