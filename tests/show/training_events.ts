/** Events of a made-up training. */
import { digitsCnn } from "../../lib/model/layers.ts";
import { defaultRecipe } from "../../lib/model/recipe.ts";
import type { EpochReport, TrainingEvent } from "../../lib/model/training_event.ts";

export function batchEvent(epoch: number, step: number, steps = 10): TrainingEvent {
  const at = epoch - 1 + step / steps;
  return {
    kind: "batch",
    epoch,
    step,
    steps,
    loss: 2 / (1 + at),
    accuracy: at / (1 + at),
    learningRate: 0.01,
    imagesPerSecond: 1000 * epoch,
    isRegular: step % 2 === 0,
  };
}

export function epochReport(epoch: number): EpochReport {
  return {
    epoch,
    loss: 2 / (1 + epoch),
    accuracy: epoch / (1 + epoch),
    validationLoss: 1 / epoch,
    validationAccuracy: epoch / (2 + epoch),
    learningRate: 0.01,
    imagesPerSecond: 1000 * epoch,
    seconds: 1,
  };
}

export function checkpointEvent(
  done: number,
  { epochs = 3, step = 0, patience = null as number | null } = {},
): TrainingEvent {
  return {
    kind: "checkpoint",
    state: {
      settings: { ...defaultRecipe("adam"), layers: digitsCnn(), epochs, patience, seed: 1 },
      trainCount: 640,
      validationCount: 10,
      trainer: { vectors: {}, steps: 0, random: [0, 0, 0, 0] as never },
      history: Array.from({ length: done }, (_, i) => epochReport(i + 1)),
      step,
      sums: { loss: 0, correct: 0, count: 0, milliseconds: 0 } as never,
      random: [0, 0, 0, 0] as never,
      bestOnnx: null,
    },
  };
}

/** A whole training. */
export function* trainingEvents(epochs: number): Generator<TrainingEvent> {
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let step = 1; step <= 10; step++) yield batchEvent(epoch, step);
    yield { kind: "epoch", ...epochReport(epoch) };
    yield checkpointEvent(epoch, { epochs });
  }
}
