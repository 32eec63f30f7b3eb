/**
 * Which strokes make up one digit. Pure.
 *
 * @module
 */
import type { Stroke } from "./stroke.ts";

interface Group {
  readonly strokes: readonly Stroke[];
  readonly left: number;
  readonly right: number;
  /** The longer side of the box around it. */
  readonly size: number;
}

const sharedWidth = 0.25; // of the narrower one: what stands above each other belongs together
const smallest = 0.4; // of the largest one's size: what is smaller is a part of a digit

/**
 * Splits a drawing into digits written side by side. Strokes that touch, or stand
 * above each other, are one digit; so is a short one with its nearest neighbour.
 *
 * @returns the strokes of each digit, from left to right.
 */
export function splitDigits(strokes: readonly Stroke[]): readonly (readonly Stroke[])[] {
  const digits = joinWhere(strokes.map((stroke) => groupOf([stroke])), belongTogether);
  const largest = Math.max(...digits.map(({ size }) => size));
  for (;;) {
    const part = digits.findIndex(({ size }) => size < smallest * largest);
    if (part < 0 || digits.length === 1) break;
    const [small] = digits.splice(part, 1);
    const near = digits.map((digit) => gapBetween(small!, digit));
    const nearest = near.indexOf(Math.min(...near));
    digits[nearest] = groupOf([...digits[nearest]!.strokes, ...small!.strokes]);
  }
  return digits.sort((a, b) => a.left + a.right - b.left - b.right).map((digit) => digit.strokes);
}

function groupOf(strokes: readonly Stroke[]): Group {
  const points = strokes.flat();
  const least = (of: (point: Stroke[number]) => number) => Math.min(...points.map(of));
  const most = (of: (point: Stroke[number]) => number) => Math.max(...points.map(of));
  const left = least(({ x, width }) => x - width / 2);
  const right = most(({ x, width }) => x + width / 2);
  const height = most(({ y, width }) => y + width / 2) - least(({ y, width }) => y - width / 2);
  return { strokes, left, right, size: Math.max(right - left, height) };
}

function joinWhere(groups: readonly Group[], test: (a: Group, b: Group) => boolean): Group[] {
  const joined: Group[] = [];
  for (let group of groups) {
    for (let i = joined.length - 1; i >= 0; i--) {
      if (!test(group, joined[i]!)) continue;
      group = groupOf([...joined[i]!.strokes, ...group.strokes]);
      joined.splice(i, 1);
      i = joined.length; // what it has become may reach others
    }
    joined.push(group);
  }
  return joined;
}

function belongTogether(a: Group, b: Group): boolean {
  const narrower = Math.min(a.right - a.left, b.right - b.left);
  return -gapBetween(a, b) > sharedWidth * narrower || touch(a, b);
}

/** Between their boxes, from left to right; negative when they overlap. */
function gapBetween(a: Group, b: Group): number {
  return Math.max(a.left, b.left) - Math.min(a.right, b.right);
}

function touch(a: Group, b: Group): boolean {
  if (gapBetween(a, b) > 0) return false;
  const others = b.strokes.flatMap(pointsAlong);
  return a.strokes.flatMap(pointsAlong).some((p) =>
    others.some((q) => Math.hypot(p.x - q.x, p.y - q.y) < (p.width + q.width) / 2)
  );
}

/** Its points, and some between those that are further apart than the pen is broad. */
function pointsAlong(stroke: Stroke): Stroke {
  return stroke.flatMap((from, i) => {
    const to = stroke[i + 1] ?? from;
    const count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / from.width) || 1;
    return Array.from({ length: count }, (_, k) => ({
      x: from.x + (to.x - from.x) * k / count,
      y: from.y + (to.y - from.y) * k / count,
      width: from.width,
    }));
  });
}
