/**
 * How to train well when nothing more is known.
 *
 * @module
 */
import { optimizerNamed, sgd } from "./optimizers.ts";
import type { Recipe } from "./training_settings.ts";

// Found on MNIST's 55,000 / 5,000 split with `digitsCnn` in 3 epochs, by the validation digits.
const peakLearningRates: Readonly<Record<string, number>> = {
  adam: 0.01,
  rmsprop: 0.006,
  sgd: 0.1,
};

/**
 * A recipe that brings `digitsCnn` far in few epochs: small batches, a high
 * learning rate that falls to 0, and digits moved by a pixel.
 *
 * @param optimizer its name; SGD gets Nesterov's momentum of 0.9.
 * @throws {RangeError} when there is no optimizer of this name.
 */
export function defaultRecipe(optimizer: string): Recipe {
  return {
    optimizer: optimizer === "sgd"
      ? sgd({ momentum: 0.9, nesterov: true })
      : optimizerNamed(optimizer),
    batchSize: 64,
    learningRate: peakLearningRates[optimizer]!,
    schedule: "cosine",
    warmUp: 0.1,
    emaMomentum: 0,
    shift: 1,
  };
}
