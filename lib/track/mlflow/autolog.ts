/**
 * Logs a training loop's epochs while they pass by.
 *
 * @module
 */

/** Where metrics go: a run of any tracker, or of {@linkcode withRun}. */
export interface MetricSink {
  /** Adds numbers at a step count. */
  log(metrics: Readonly<Record<string, number>>, step: number): Promise<void>;
}

/** What is logged of an epoch. */
export interface AutologOptions<T> {
  /** The numbers. @default every member that is a number, but `epoch` */
  readonly metrics?: (epoch: T) => Readonly<Record<string, number>>;
  /** The step count. @default its `epoch` where that is an integer, otherwise 1 for the first, 2 for the next … */
  readonly step?: (epoch: T, index: number) => number;
}

/**
 * Hands on every epoch of a training, logged. Neither the loop around it nor the training needs
 * to know of the tracker.
 *
 * @example Three lines for a loop of your own
 * ```ts
 * import { autolog } from "@fourdotinfinity/digits-recognizer/mlflow";
 * import { memoryTracker } from "@fourdotinfinity/digits-recognizer";
 * import assert from "node:assert/strict";
 *
 * async function* train() {
 *   for (let epoch = 1; epoch <= 3; epoch++) yield { epoch, loss: 1 / epoch, note: "better" };
 * }
 *
 * const tracker = memoryTracker(); // with a server: withRun(new MlflowClient({ trackingUri }), …)
 * const options = { experiment: "mine", name: "first", params: {}, tags: {}, resumeKey: "1" };
 * await using run = await tracker.start(options);
 * for await (const { note } of autolog(run, train())) console.log(note);
 *
 * const { metrics } = await tracker.readRun(run.id);
 * assert.deepEqual(metrics.map(({ name, step }) => `${name} ${step}`), ["loss 1", "loss 2", "loss 3"]);
 * ```
 */
export async function* autolog<T extends object>(
  run: MetricSink,
  epochs: AsyncIterable<T> | Iterable<T>,
  options: AutologOptions<T> = {},
): AsyncGenerator<T, void> {
  const { metrics = numbersOf, step = stepOf } = options;
  let index = 0;
  for await (const epoch of epochs) {
    await run.log(metrics(epoch), step(epoch, index++));
    yield epoch;
  }
}

function numbersOf(epoch: object): Readonly<Record<string, number>> {
  const numbers = Object.entries(epoch).filter((entry): entry is [string, number] =>
    typeof entry[1] === "number" && entry[0] !== "epoch"
  );
  return Object.fromEntries(numbers);
}

function stepOf(epoch: object, index: number): number {
  return "epoch" in epoch && Number.isSafeInteger(epoch.epoch) ? Number(epoch.epoch) : index + 1;
}
