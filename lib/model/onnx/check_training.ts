/**
 * Refuses what a trainer can't use, naming the value.
 *
 * @module
 */
import type { Batch, TrainerOptions, TrainerState } from "../engine.ts";
import type { TrainingGraph } from "./training_graph.ts";

/** @throws {RangeError} */
export function checkTrainerOptions(
  { batchSize, emaMomentum, seed, optimizer }: TrainerOptions,
): void {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    refuse("batchSize", "an integer from 1", batchSize);
  }
  if (!Number.isSafeInteger(seed)) refuse("seed", "an integer", seed);
  checkShare("emaMomentum", emaMomentum);
  for (const [name, value] of Object.entries(optimizer)) {
    if (typeof value === "number") checkShare(`optimizer.${name}`, value);
  }
}

/** @throws {RangeError} */
export function checkLearningRate(learningRate: number): void {
  if (!(learningRate >= 0 && learningRate < Infinity)) {
    refuse("learningRate", "0 or more", learningRate);
  }
}

/** @throws {RangeError} */
export function checkBatch(
  { images, labels }: Batch,
  { batchSize, imageSize, classes }: TrainingGraph,
): void {
  const count = labels.length;
  if (count < 1 || count > batchSize) {
    refuse("the number of labels", `1 to ${batchSize}, the batch size,`, count);
  }
  if (images.length !== count * imageSize) {
    refuse(`the size of ${count} images`, `${count * imageSize} bytes`, images.length);
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) refuse("a label", `0 to ${classes - 1}`, wrong);
}

/** @throws {RangeError} when the vectors are those of another network or optimizer. */
export function checkVectors({ vectors }: TrainerState, graph: TrainingGraph): void {
  const found = Object.entries(vectors).map(([name, { length }]) => `${name}[${length}]`);
  const wanted = graph.vectors.map((name) => `${name}[${graph.vectorLength}]`);
  if (found.toSorted().join() !== wanted.toSorted().join()) {
    refuse("the state to go on from", wanted.join(", "), found.join(", "));
  }
}

function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) refuse(name, "from 0 up to, but not including, 1", value);
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new RangeError(`Cannot train as ${name} must be ${wanted}: got ${value}`);
}
