/**
 * Amounts of processors and memory, as Kubernetes writes them. Pure.
 *
 * @module
 */

const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** The number that `500m` or `4Gi` is: 0.5, 4294967296. */
export function quantityOf(text: string): number {
  const [, digits, suffix = ""] = /^([\d.]+)(.*)$/.exec(text)!;
  const factor = factors[suffix]!;
  // 1e-3 has no exact form, its inverse has: 100m is to be 0.1.
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor;
}
