/**
 * What the events of one training have told so far. Pure.
 *
 * @module
 */
import type { Moment } from "../draw/progress_chart.ts";
import { isOutOfPatience } from "../model/best_epoch.ts";
import type { BatchReport, EpochReport, FitState, TrainingEvent } from "../model/training_event.ts";

/** One training, as far as it has come. */
export class TrainingCurve {
  /** What the reader calls it; "" where there is only one. */
  readonly name: string;
  readonly #regular: Moment[] = [];
  #latest: Moment | undefined;
  #batch: BatchReport | undefined;
  #history: EpochReport[] = [];
  #state: FitState | undefined;
  #isDone = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Takes in one event. */
  add(event: TrainingEvent): void {
    this.#isDone = false;
    if (event.kind === "batch") {
      const { epoch, step, steps, loss, accuracy, learningRate } = event;
      const moment = { at: epoch - 1 + step / steps, loss, accuracy, learningRate };
      this.#batch = event;
      this.#latest = moment;
      if (event.isRegular) this.#regular.push(moment);
    } else if (event.kind === "epoch") {
      const { epoch, loss, accuracy, learningRate } = event;
      this.#latest = { at: epoch, loss, accuracy, learningRate };
      this.#regular.push(this.#latest);
      this.#history.push(event);
    } else {
      this.#takeState(event.state);
    }
  }

  /** Whether an event belongs to this training, which goes on after Stop, and not to a new one. */
  isFollowedBy(event: TrainingEvent): boolean {
    if (!this.#isDone) return true;
    return event.kind !== "checkpoint" && event.epoch > this.#history.length &&
      this.#history.length < (this.#state?.settings.epochs ?? 0);
  }

  /** Every moment worth a point. */
  get moments(): readonly Moment[] {
    const latest = this.#latest;
    const isKept = latest === undefined || this.#regular.at(-1) === latest;
    return isKept ? this.#regular : [...this.#regular, latest];
  }

  /** The epochs that are done. */
  get history(): readonly EpochReport[] {
    return this.#history;
  }

  /** Where training can go on after it was stopped; `undefined` before the first epoch is done. */
  get state(): FitState | undefined {
    return this.#state;
  }

  /** Whether no more events will come: all epochs are done, or it was stopped. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The epoch under way, or the last one: `{ at: 1.5, imagesPerSecond: 12000, … }`. */
  get now(): Moment & { readonly imagesPerSecond: number } | undefined {
    const epoch = this.#history.at(-1);
    const isBetween = !this.#batch || this.#batch.epoch <= (epoch?.epoch ?? 0);
    const { imagesPerSecond } = (isBetween ? epoch : this.#batch) ?? { imagesPerSecond: 0 };
    return this.#latest && { ...this.#latest, imagesPerSecond };
  }

  #takeState(state: FitState): void {
    const { settings, history } = state;
    const wasStopped = state.step > 0 || this.#state?.history.length === history.length;
    this.#isDone = wasStopped || history.length >= settings.epochs ||
      isOutOfPatience(history, settings.patience);
    this.#history = [...history];
    this.#state = state;
  }
}
