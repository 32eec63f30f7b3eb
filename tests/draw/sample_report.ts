/** What a report tells of, made up: three classes of 4×3 pictures, 60 test pictures. */
import type { Evaluation } from "../../lib/digits/evaluation.ts";
import { evaluateProbabilities } from "../../lib/digits/measures.ts";
import type { ReportInput } from "../../lib/draw/report.ts";
import { conv2d, dense, dropout, type Layer } from "../../lib/model/layers.ts";
import { parameterCount } from "../../lib/model/summary.ts";
import type { ModelDescription } from "../../lib/model/trained_model.ts";
import { defaultRecipe } from "../../lib/model/recipe.ts";
import { smallDigits } from "../digits/small_digits.ts";

const layers: readonly Layer[] = [conv2d(2, 2, { activation: "relu" }), dropout(0.5), dense(3)];

/** Every tenth picture is taken for the class after its own. */
export function sampleEvaluation(
  { dataset = "mnist", classNames = ["zero", "one", "two"], count = 60 } = {},
): Evaluation {
  const digits = smallDigits(count);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const probabilities = Float32Array.from({ length: 3 * count }, (_, i) => {
    const picture = Math.floor(i / 3);
    const said = (labels[picture]! + (picture % 10 === 9 ? 1 : 0)) % 3;
    return i % 3 === said ? 0.75 : 0.125;
  });
  return evaluateProbabilities({ ...digits, labels, classNames }, probabilities, { dataset });
}

export const sampleHistory = [
  { epoch: 1, loss: 0.9, accuracy: 0.6, validationLoss: 0.5, validationAccuracy: 0.8 },
  { epoch: 2, loss: 0.4, accuracy: 0.8, validationLoss: 0.3, validationAccuracy: 0.9 },
].map((result) => ({ ...result, learningRate: 0.001 / result.epoch }));

export function sampleReport(
  { dataset = "mnist", classNames = ["zero", "one", "two"] } = {},
): ReportInput {
  const description: ModelDescription = {
    schemaVersion: 1,
    dataset,
    imageShape: [4, 3, 1],
    classNames,
    layers,
    parameterCount: parameterCount(layers, [4, 3, 1]),
    training: {
      ...defaultRecipe("adam"),
      epochs: 2,
      patience: null,
      seed: 7,
      engine: "onnx",
      runtime: "onnxruntime-node 1.30.0",
      threads: 2,
      trainCount: 100,
      validationCount: 20,
    },
    history: sampleHistory,
    bestEpoch: 2,
  };
  return {
    title: "Digits",
    run: {
      id: "run-1",
      experiment: "trial",
      startedAt: Date.UTC(2026, 0, 2, 3, 4),
      status: "FINISHED",
    },
    dataset: { name: dataset, source: "a folder", counts: { train: 100, test: 60 } },
    model: { name: "digits-recognizer", version: 3 },
    description,
    evaluation: sampleEvaluation({ dataset, classNames }),
    imagesPerSecond: 12_345.6,
    steps: [
      { name: "acquire", state: "succeeded", seconds: 0.25, cached: true },
      { name: "train", state: "succeeded", seconds: 4, cached: false },
    ],
    parameters: { no_epochs: 2, optimizer: "adam", layers: ["a", 1] },
    gate: { minAccuracy: 0.97, passed: false, verdict: null },
  };
}
