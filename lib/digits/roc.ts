/**
 * Receiver operating characteristics: what a higher or lower threshold would find
 * and falsely call.
 *
 * @module
 */
import type { RocPoint } from "./evaluation.ts";

const ROC_STEPS = 100;

/**
 * The chance that a random picture of the class has a higher probability for it
 * than a random other picture; equal ones count half (Mann and Whitney's U). Null
 * when there are no pictures of the class, or no others.
 *
 * @param probabilities `[count, classes]`.
 */
export function areaUnderRoc(
  labels: Uint8Array,
  probabilities: Float32Array,
  classes: number,
  index: number,
): number | null {
  const scores = Float32Array.from(labels, (_, i) => probabilities[i * classes + index]!);
  const own = scores.filter((_, i) => labels[i] === index).sort();
  const others = scores.filter((_, i) => labels[i] !== index).sort();
  if (own.length === 0 || others.length === 0) return null;
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const score of own) {
    while (below < others.length && others[below]! < score) below++;
    while (upTo < others.length && others[upTo]! <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (own.length * others.length);
}

/**
 * The micro-averaged one-against-all curve: every probability answers one
 * yes-or-no question. Thresholds 1, 0.99, … 0.
 *
 * @param probabilities `[count, classes]`.
 */
export function microAveragedRoc(
  labels: Uint8Array,
  probabilities: Float32Array,
  classes: number,
): RocPoint[] {
  // How many questions a threshold of step/100 is the highest to say yes to.
  const hits = new Uint32Array(ROC_STEPS + 1);
  const falseAlarms = new Uint32Array(ROC_STEPS + 1);
  probabilities.forEach((p, i) => {
    const isHit = labels[Math.floor(i / classes)] === i % classes;
    (isHit ? hits : falseAlarms)[highestStep(p)]!++;
  });
  let found = 0;
  let alarms = 0;
  return Array.from({ length: ROC_STEPS + 1 }, (_, i) => {
    const step = ROC_STEPS - i;
    found += hits[step]!;
    alarms += falseAlarms[step]!;
    return {
      threshold: step / ROC_STEPS,
      falsePositiveRate: classes === 1 ? 0 : alarms / (labels.length * (classes - 1)),
      truePositiveRate: found / labels.length,
    };
  });
}

/** The largest step from 0 to 100 with step / 100 <= p, exactly. */
function highestStep(p: number): number {
  const step = Math.min(Math.floor(p * ROC_STEPS), ROC_STEPS);
  if (step < ROC_STEPS && (step + 1) / ROC_STEPS <= p) return step + 1;
  return step / ROC_STEPS <= p ? step : step - 1;
}
