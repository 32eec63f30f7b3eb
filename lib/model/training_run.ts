/**
 * One training under way.
 *
 * @module
 */
import { Random } from "../base/random.ts";
import { batchMaker } from "./batches.ts";
import { bestEpoch, isOutOfPatience } from "./best_epoch.ts";
import type { Batch, Classifier, Trainer } from "./engine.ts";
import { addBatch, type EpochSums, meansOf, nothingDone } from "./epoch_sums.ts";
import { evaluateClassifier, lossAndAccuracy } from "./evaluate.ts";
import type { FitContext, FitResult } from "./fit_context.ts";
import { learningRateAt } from "./learning_rate.ts";
import type { BatchReport, EpochReport, FitState, TrainingEvent } from "./training_event.ts";
import { type TrainingData, type TrainingSettings, trainingSize } from "./training_settings.ts";

// Nobody reads faster, and each event costs a message where training has a thread of its own.
const batchEventIntervalMs = 100;
// As many points as a curve needs; the same steps in every run, so that a resumed one goes on with them.
const regularReports = 32;

/** Where a training stands and how it goes on; `fit` drives it, one epoch after another. */
export class TrainingRun {
  readonly #trainer: Trainer;
  readonly #data: TrainingData;
  readonly #settings: TrainingSettings;
  readonly #context: FitContext;
  readonly #stepsPerEpoch: number;
  /** Draws an epoch's order, then the shifts of its pictures. */
  readonly #random: Random;
  readonly #gather: (indices: Uint32Array) => Batch;
  #history: readonly EpochReport[];
  /** Steps done in the epoch after those. */
  #step: number;
  #sums: EpochSums;
  #bestOnnx: Uint8Array | null;

  constructor(
    trainer: Trainer,
    data: TrainingData,
    settings: TrainingSettings,
    context: FitContext,
  ) {
    this.#trainer = trainer;
    this.#data = data;
    this.#settings = settings;
    this.#context = context;
    const { batchSize, shift, seed } = settings;
    this.#stepsPerEpoch = Math.ceil(data.train.labels.length / batchSize);
    this.#random = new Random(seed);
    this.#gather = batchMaker(data.train, { batchSize, shift, random: this.#random });
    this.#history = context.resume?.history ?? [];
    this.#step = context.resume?.step ?? 0;
    this.#sums = context.resume?.sums ?? nothingDone;
    this.#bestOnnx = context.resume?.bestOnnx ?? null;
  }

  /** Whether all epochs are done, or the last ones brought nothing better for too long. */
  get isDone(): boolean {
    const { epochs, patience } = this.#settings;
    return this.#history.length >= epochs || isOutOfPatience(this.#history, patience);
  }

  /** Does the steps that the present epoch still lacks. */
  async *learnEpoch(): AsyncGenerator<TrainingEvent, void> {
    const { now, signal } = this.#context;
    const order = this.#drawOrder();
    let toldAt = now();
    while (this.#step < this.#stepsPerEpoch) {
      signal?.throwIfAborted();
      await this.#learnBatch(order);
      const report = this.#batchReport();
      if (report.isRegular || now() - toldAt >= batchEventIntervalMs) {
        yield { kind: "batch", ...report };
        toldAt = now();
      }
    }
  }

  /** Ends the present epoch with a look at how good the network has become. */
  async judgeEpoch(): Promise<EpochReport> {
    const { now } = this.#context;
    const startedAt = now();
    await using classifier = await this.#trainer.classifier();
    const { epoch, loss, accuracy, learningRate, imagesPerSecond } = this.#batchReport();
    const validation = await this.#validate(classifier);
    const report = {
      epoch,
      loss,
      accuracy,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      learningRate,
      imagesPerSecond,
      seconds: this.#sums.seconds + (now() - startedAt) / 1000,
    };
    const history = [...this.#history, report];
    if (bestEpoch(history) === epoch) this.#bestOnnx = await classifier.save();
    this.#history = history;
    this.#step = 0;
    this.#sums = nothingDone;
    return report;
  }

  /** Everything needed to go on from here. */
  async state(): Promise<FitState> {
    return {
      ...trainingSize(this.#data),
      settings: this.#settings,
      trainer: await this.#trainer.save(),
      history: this.#history,
      step: this.#step,
      sums: this.#sums,
      random: this.#random.state,
      bestOnnx: this.#bestOnnx,
    };
  }

  /** What training came to, once it is done. */
  result(): FitResult {
    return {
      onnx: this.#bestOnnx!,
      bestEpoch: bestEpoch(this.#history),
      history: this.#history,
    };
  }

  /** The order in which the present epoch takes the pictures: decided by the seed and the epoch alone. */
  #drawOrder(): Uint32Array {
    const epoch = this.#history.length + 1;
    // Any odd number does that keeps the epochs of one seed apart from those of its neighbours.
    this.#random.state = new Random(this.#settings.seed + Math.imul(epoch, 0x632be5ab)).state;
    const indices = Uint32Array.from(this.#data.train.labels, (_, i) => i);
    const order = this.#random.shuffle(indices);
    if (this.#step > 0) this.#random.state = this.#context.resume!.random;
    return order;
  }

  async #learnBatch(order: Uint32Array): Promise<void> {
    const { batchSize } = this.#settings;
    const startedAt = this.#context.now();
    const from = this.#step * batchSize;
    const batch = this.#gather(order.subarray(from, from + batchSize));
    const learningRate = this.#learningRate(this.#step);
    const { loss, correct } = await this.#trainer.step(batch, { learningRate });
    this.#checkLoss(loss, `step ${this.#step + 1} of epoch ${this.#history.length + 1}`);
    this.#step++;
    const images = batch.labels.length;
    const seconds = (this.#context.now() - startedAt) / 1000;
    this.#sums = addBatch(this.#sums, { loss: loss * images, correct, images, seconds });
  }

  async #validate(classifier: Classifier) {
    const { validation } = this.#data;
    if (!validation?.labels.length) return;
    const { signal } = this.#context;
    const probabilities = await evaluateClassifier(classifier, validation, { signal });
    const found = lossAndAccuracy(probabilities, validation.labels);
    this.#checkLoss(found.loss, `the validation after epoch ${this.#history.length + 1}`);
    return found;
  }

  #batchReport(): BatchReport {
    return {
      epoch: this.#history.length + 1,
      step: this.#step,
      steps: this.#stepsPerEpoch,
      ...meansOf(this.#sums),
      learningRate: this.#learningRate(this.#step - 1),
      isRegular: this.#step % Math.ceil(this.#stepsPerEpoch / regularReports) === 0,
    };
  }

  /** The rate of a step of the present epoch. */
  #learningRate(step: number): number {
    const { schedule, learningRate, warmUp, epochs } = this.#settings;
    return learningRateAt(this.#history.length * this.#stepsPerEpoch + step, {
      schedule,
      peak: learningRate,
      warmUp,
      steps: epochs * this.#stepsPerEpoch,
    });
  }

  #checkLoss(loss: number, where: string): void {
    if (Number.isFinite(loss)) return;
    throw new RangeError(
      `Cannot go on training as the loss became ${loss} in ${where}: lower the learning rate, ` +
        `whose peak is ${this.#settings.learningRate}`,
    );
  }
}
