/**
 * How many random inputs a test tries. The tests take a seeded sample; `deno
 * task fuzz` sets `DIGITS_FUZZ` to take many times more.
 *
 * @module
 */
export function fuzzCount(sample: number): number {
  const times = Number(Deno.env.get("DIGITS_FUZZ") ?? 1);
  if (!(times >= 1)) throw new RangeError(`DIGITS_FUZZ must be a number from 1: got ${times}`);
  return Math.round(sample * times);
}
