/** A training that takes milliseconds. */
import { Random } from "../../lib/base/random.ts";
import type { Digits } from "../../lib/digits/digits.ts";
import { dense, dropout } from "../../lib/model/layers.ts";
import { adam } from "../../lib/model/optimizers.ts";
import type { FitResult } from "../../lib/model/fit_context.ts";
import type { TrainingEvent } from "../../lib/model/training_event.ts";
import type { TrainingData, TrainingSettings } from "../../lib/model/training_settings.ts";

/** Pictures of 4 × 4 pixels: class c has a bright row c, under noise. */
export function smallDigits(count: number, seed: number): Digits {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: count }, () => random.integer(3));
  const images = Uint8Array.from({ length: count * 16 }, (_, i) => {
    const isBright = Math.floor(i % 16 / 4) === labels[Math.floor(i / 16)];
    return isBright ? 100 + random.integer(156) : random.integer(180);
  });
  return { images, labels, imageShape: [4, 4, 1], classNames: ["top", "upper", "lower"] };
}

/** 90 to learn from, 40 to choose by. */
export const smallData: TrainingData = {
  train: smallDigits(90, 1),
  validation: smallDigits(40, 2),
};

/** 3 epochs of 6 steps, the last of which is short. */
export const smallSettings: TrainingSettings = {
  layers: [dropout(0.1), dense(3)],
  epochs: 3,
  batchSize: 16,
  optimizer: adam(),
  learningRate: 0.1,
  schedule: "cosine",
  warmUp: 0.1,
  emaMomentum: 0,
  shift: 1,
  patience: null,
  seed: 7,
};

/** A clock on which every look takes `tick` milliseconds. */
export function fakeClock(tick = 1): () => number {
  let time = 0;
  return () => time += tick;
}

/** All events of a training, and what it came to. */
export async function readAll<T = FitResult>(
  training: AsyncGenerator<TrainingEvent, T>,
): Promise<{ readonly events: readonly TrainingEvent[]; readonly result: T }> {
  const events: TrainingEvent[] = [];
  let next = await training.next();
  for (; !next.done; next = await training.next()) events.push(next.value);
  return { events, result: next.value };
}
