/**
 * `preprocess` as a component.
 *
 * @module
 */
import { defineComponent } from "../pipeline/component.ts";
import { integer, number } from "../pipeline/port.ts";
import { preprocess } from "./preprocess.ts";
import { datasetArtifact, digitsArtifact } from "./artifacts.ts";

/**
 * Shuffles the digits and sets some aside to choose by. Models are compared on those, so they have
 * to be the same whatever else is tried: a model that was trained with another split has learned
 * from some of them.
 */
export const preprocessStep = defineComponent({
  name: "preprocess",
  description: "Shuffles the digits and splits off those to validate with",
  inputs: {
    digits: datasetArtifact("What acquire got"),
    validation: number("Share of the training digits to validate with (from 1: how many)", {
      default: 1 / 12, // 5,000 of MNIST's 60,000
    }),
    seed: integer("Decides which; not the seed of a training", { default: 1 }),
  },
  outputs: {
    train: digitsArtifact("Digits to learn from"),
    validation: digitsArtifact("Digits to choose the best epoch by"),
    test: digitsArtifact("Digits to be judged on, and nothing else"),
  },
  run: ({ digits, validation, seed }) => preprocess(digits, { validation, seed }),
});
