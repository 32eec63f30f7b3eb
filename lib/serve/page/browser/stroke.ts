/**
 * What a pen leaves on the sheet. Pure.
 *
 * @module
 */

/** Where the pen was: 0..1 from the left and the top of the sheet, and how broad it wrote. */
export interface PenPoint {
  /** From the left, 0..1. */
  readonly x: number;
  /** From the top, 0..1. */
  readonly y: number;
  /** Of the line, as a share of the sheet's side. */
  readonly width: number;
}

/** The way of the pen from being put down to being lifted. Never empty. */
export type Stroke = readonly PenPoint[];

/** A curve from one point to another, bent towards a third. */
export interface Curve {
  /** Where it begins. */
  readonly from: PenPoint;
  /** What it bends towards. */
  readonly bend: PenPoint;
  /** Where it ends. */
  readonly to: PenPoint;
}

const normalWidth = 0.065; // a digit that fills most of the sheet then has strokes as MNIST's

/**
 * How broad the pen writes.
 *
 * @param pressure 0..1, of a pen that feels it; 0.5 is the normal width.
 */
export function penWidth(pressure = 0.5): number {
  return normalWidth * (0.5 + Math.min(1, Math.max(0, pressure)));
}

/**
 * A smooth line through a stroke: it runs through the middles between its points,
 * and bends at them.
 */
export function smooth(stroke: Stroke): readonly Curve[] {
  const first = stroke[0]!, last = stroke.at(-1)!;
  const joints = [first, ...stroke.slice(2, -1).map((point, i) => middle(stroke[i + 1]!, point))];
  return stroke.length < 3
    ? [{ from: first, bend: middle(first, last), to: last }]
    : joints.map((from, i) => ({ from, bend: stroke[i + 1]!, to: joints[i + 1] ?? last }));
}

/** Halfway between two points. */
export function middle(a: PenPoint, b: PenPoint): PenPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, width: (a.width + b.width) / 2 };
}
