/**
 * Training, watched in a notebook while it goes on.
 *
 * @module
 */
import { comparisonChart } from "../draw/comparison_chart.ts";
import { progressChart } from "../draw/progress_chart.ts";
import { count, figure, percent } from "../draw/report_parts.ts";
import type { FitState, TrainingEvent } from "../model/training_event.ts";
import type { MediaBundle } from "./media_bundle.ts";
import type { LiveOutput, Notebook } from "./notebook.ts";
import { chartPictures } from "./pictures.ts";
import { tableText } from "./table.ts";
import { TrainingCurve } from "./training_curve.ts";
import { trainingFrame, trainingLines } from "./training_frame.ts";

/** Events come some ten times a second; every second one makes five pictures a second. */
const FRAME_MS = 150;

/** What is known of a training before it begins. */
export interface LiveTrainingOptions {
  /** As many epochs wide is the picture; without it, as many as there have been. */
  readonly epochs?: number;
}

/**
 * A picture of training that changes while it goes on, and stays in the saved notebook when it
 * is over. Several trainings, one after another or at the same time, share it: give each a name.
 */
export class LiveTraining {
  readonly #notebook: Notebook;
  #epochs: number | undefined;
  readonly #curves = new Map<string, TrainingCurve>();
  #output: Promise<LiveOutput> | undefined;
  #shownAt = -Infinity;

  /** Nothing is shown before the first event. */
  constructor(notebook: Notebook, { epochs }: LiveTrainingOptions = {}) {
    this.#notebook = notebook;
    this.#epochs = epochs;
  }

  /** For `train`'s `onEvent`: `train(digits, { …, onEvent: live.onEvent })`. */
  readonly onEvent = (event: TrainingEvent): Promise<void> => this.#take("", event);

  /** The same for one of several trainings: `onEvent: live.as("adam")`. */
  as(name: string): (event: TrainingEvent) => Promise<void> {
    return (event) => this.#take(name, event);
  }

  /** Passes on what training tells, its result too, and shows it. */
  async *follow<Result>(
    events: AsyncGenerator<TrainingEvent, Result>,
    name = "",
  ): AsyncGenerator<TrainingEvent, Result> {
    try {
      while (true) {
        const { done, value } = await events.next();
        if (done) return value;
        await this.#take(name, value);
        yield value;
      }
    } finally {
      await this.end();
    }
  }

  /**
   * Where a training can go on after Stop: `train(digits, { …, resume: live.state() })`.
   * `undefined` before its first epoch is done.
   */
  state(name = ""): FitState | undefined {
    return this.#curves.get(name)?.state;
  }

  /** Shows the state that a saved notebook keeps. Happens by itself when training ends. */
  async end(): Promise<void> {
    if (!this.#output) return;
    await (await this.#output).keep(await this.#whole());
  }

  async #take(name: string, event: TrainingEvent): Promise<void> {
    const before = this.#curves.get(name);
    if (before?.isDone) this.#output = undefined; // a cell that runs again has lost its outputs
    const curve = before?.isFollowedBy(event) ? before : new TrainingCurve(name);
    this.#curves.set(name, curve);
    curve.add(event);
    if (event.kind === "checkpoint") this.#epochs ??= event.state.settings.epochs;
    if (curve.isDone) await this.end();
    else await this.#drawFrame();
  }

  async #drawFrame(): Promise<void> {
    const now = this.#notebook.now();
    if (this.#output && now - this.#shownAt < FRAME_MS) return;
    this.#shownAt = now;
    if (this.#output) (await this.#output).replace(this.#frame());
    else await (this.#output = this.#notebook.open(this.#frame()));
  }

  #frame(): MediaBundle {
    const curves = [...this.#curves.values()];
    return {
      "text/plain": trainingLines(curves, this.#epochs).join("\n"),
      "text/html": trainingFrame(curves, this.#epochs),
    };
  }

  async #whole(): Promise<MediaBundle> {
    const curves = [...this.#curves.values()];
    const text = this.#table();
    const [first] = curves;
    if (!this.#notebook.isRich || !first) return { "text/plain": text };
    const done = curves.filter(({ history }) => history.length > 0);
    const histories = Object.fromEntries(done.map(({ name, history }) => [name, history]));
    const chart = curves.length === 1
      ? progressChart(first.moments, first.history)
      : comparisonChart(histories);
    return { ...await chartPictures(chart, text.split("\n")[0]!), "text/plain": text };
  }

  #table(): string {
    const curves = [...this.#curves.values()];
    const rows = curves.flatMap(({ name, history }) =>
      history.map((epoch) => [
        ...curves.length > 1 ? [name] : [],
        String(epoch.epoch),
        figure(epoch.loss),
        percent(epoch.accuracy),
        epoch.validationLoss === null ? "–" : figure(epoch.validationLoss),
        epoch.validationAccuracy === null ? "–" : percent(epoch.validationAccuracy),
        count(Math.round(epoch.imagesPerSecond)),
      ])
    );
    const head = ["Epoch", "Loss", "Accuracy", "Val. loss", "Val. accuracy", "Images/s"];
    return tableText({
      caption: `Training: ${trainingLines(curves, undefined).join("; ")}`,
      head: curves.length > 1 ? ["Run", ...head] : head,
      rows,
    });
  }
}
