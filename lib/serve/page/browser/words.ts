/**
 * What a model reads, in words. Pure.
 *
 * @module
 */
import type { Reading } from "./inference.ts";

/** A share of 1 as people read it, such as `98.2 %`. Never rounded up to certainty. */
export function percent(share: number): string {
  if (share < 0.0005) return "0\u00a0%";
  return share > 0.9995 && share < 1 ? ">\u00a099.9\u00a0%" : `${(100 * share).toFixed(1)}\u00a0%`;
}

/** What was read, as one text: digits side by side, longer names with a space between. */
export function textOf(readings: readonly Reading[]): string {
  const labels = readings.map(({ label }) => label);
  return labels.join(labels.every((label) => label.length === 1) ? "" : " ");
}

/** How sure the model is of what it reads, and what else it may be. */
export function wordsFor(
  readings: readonly Reading[],
  classNames: readonly string[],
): { readonly verdict: string; readonly detail: string } {
  const [reading] = readings;
  if (!reading) return { verdict: "Nothing drawn yet", detail: "" };
  if (readings.length > 1) {
    return {
      verdict: `${readings.length} digits`,
      detail: readings.map(({ label, probabilities }) => {
        return `${label}: ${percent(Math.max(...probabilities))}`;
      }).join(", "),
    };
  }
  const ranked = reading.probabilities.map((share, i) => ({ share, name: classNames[i] ?? `${i}` }))
    .sort((a, b) => b.share - a.share);
  const [first, second] = ranked;
  if (!first) return { verdict: "", detail: "" };
  const others = second && second.share >= 0.05
    ? `, or ${second.name}: ${percent(second.share)}`
    : "";
  return {
    verdict: first.share >= 0.95 ? "Sure" : first.share >= 0.6 ? "Fairly sure" : "Not sure",
    detail: percent(first.share) + others,
  };
}
