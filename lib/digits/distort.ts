/**
 * How one hand's digits differ from another's as a whole: random ways of moving
 * every point of a drawing. The numbers were found by comparing breadth, slant
 * and weight with MNIST's training digits.
 *
 * @module
 */
import type { Random } from "../base/random.ts";
import type { Point } from "./curve.ts";

/** Where a point of a drawing, 100 units high and about as broad, comes to lie. */
export type Distortion = (point: Point) => Point;

const middle = 50; // of a drawing, across and down
const waveHeight = 10; // the furthest a wave shifts a point, in units of the drawings

/**
 * One distortion, chosen at random, for all strokes of a digit.
 *
 * @param maxSlants furthest lean to the left (negative) and to the right: units across per unit up.
 */
export function randomDistortion(
  random: Random,
  [leftmost, rightmost]: readonly [number, number],
): Distortion {
  const proportion = randomProportion(random);
  const bend = randomBend(random);
  const slope = randomSlope(random, random.uniform(leftmost, rightmost));
  return (point) => slope(bend(proportion(point)));
}

/** A large head on a small foot or the other way round, in breadth and in height. */
function randomProportion(random: Random): Distortion {
  const taper = random.uniform(-0.3, 0.3);
  const waist = random.uniform(-11, 11);
  return ([x, y]) => {
    const down = (y - middle) / middle; // -1 at the head, 1 at the foot
    return [middle + (x - middle) * (1 + taper * down), y + waist * (1 - down * down)];
  };
}

/** Two long waves through the paper: one shifts what it meets across, the other down. */
function randomBend(random: Random): Distortion {
  const across = randomWave(random);
  const down = randomWave(random);
  return (point) => [point[0] + across(point), point[1] + down(point)];
}

function randomWave(random: Random): (point: Point) => number {
  const angle = random.uniform(0, 2 * Math.PI);
  const frequency = 2 * Math.PI * random.uniform(0.003, 0.011); // a third of a wave to a whole one
  const alongX = frequency * Math.cos(angle);
  const alongY = frequency * Math.sin(angle);
  const phase = random.uniform(0, 2 * Math.PI);
  const height = random.uniform(-waveHeight, waveHeight);
  return ([x, y]) => height * Math.sin(alongX * x + alongY * y + phase);
}

/** Narrow or broad, leaning, and turned a little. */
function randomSlope(random: Random, slant: number): Distortion {
  const breadth = 0.86 * Math.exp(random.uniform(-0.4, 0.4));
  const turn = random.uniform(-0.18, 0.18); // radians
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return (point) => {
    const y = point[1] - middle;
    const x = (point[0] - middle) * breadth - slant * y;
    return [x * cos - y * sin, x * sin + y * cos];
  };
}
