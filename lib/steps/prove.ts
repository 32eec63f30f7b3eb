/**
 * Proves a server by predictions.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type Digits, imageAt, selectDigits } from "../digits/digits.ts";
import type { Client } from "../serve/client.ts";
import type { Predictor } from "../serve/predictor.ts";

/** How many digits prove a server. */
export const PROOF_DIGITS = 10;

/** What a server is proven with. */
export interface ProveOptions {
  /** What the server must answer as. */
  readonly predictor: Predictor;
  /** The first few of these are asked for. */
  readonly digits: Digits;
  /** How far a probability may be off: another processor sums in another order. */
  readonly tolerance: number;
  /** Gives the asking up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks a server what some digits are: it must say what the model says. How good that is was the
 * gate's business.
 *
 * @returns how many of them it read right.
 * @throws {DataError} when it says something else.
 */
export async function prove(client: Client, options: ProveOptions): Promise<number> {
  const { predictor, tolerance, signal } = options;
  const { labels } = options.digits;
  const digits = selectDigits(
    options.digits,
    Array.from(labels.subarray(0, PROOF_DIGITS), (_, i) => i),
  );
  const images = Array.from(digits.labels, (_, i) => imageAt(digits, i));
  const predictions = await client.predict(images, signal ? { signal } : {});
  const answers = predictions.flatMap(({ probabilities }) => probabilities);
  const { probabilities } = await predictor.predict(digits.images);
  const wrong = answers.findIndex((answer, i) =>
    !(Math.abs(answer - probabilities[i]!) < tolerance)
  );
  if (wrong >= 0 || answers.length !== probabilities.length) {
    throw new DataError(
      `Cannot serve ${predictor.name} version ${predictor.version} as the server answered ` +
        `${answers[wrong]} where the model says ${probabilities[wrong]}, for digit ` +
        `${Math.floor(wrong / predictor.classNames.length)}; the version before stays in service`,
    );
  }
  return predictions.filter((found, i) => found.class === digits.labels[i]).length;
}
