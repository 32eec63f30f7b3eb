/**
 * Training, here or in a thread of its own.
 *
 * @module
 */
import { DataError, UnavailableError, UsageError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { describeModel } from "./describe_model.ts";
import type { Engine } from "./engine.ts";
import { fit } from "./fit.ts";
import type { FitContext } from "./fit_context.ts";
import { pixelBuffers, shareTrainingData } from "./shared_data.ts";
import type { FromTrainer, ToTrainer } from "./train_messages.ts";
import type { TrainedModel } from "./trained_model.ts";
import type { EpochReport, FitState, TrainingEvent } from "./training_event.ts";
import type { TrainingData, TrainingSettings } from "./training_settings.ts";
import { workerMessages } from "./worker_messages.ts";

/** What a training leaves behind. */
export interface Training {
  /** The best epoch's. */
  readonly model: TrainedModel;
  /** Every epoch, with the times that `model.description.history` leaves out. */
  readonly history: readonly EpochReport[];
}

/** Options of {@linkcode trainHere}. */
export interface TrainHereOptions extends FitContext {
  /** The dataset's name, for the model's description. */
  readonly dataset: string;
  /** What computes. */
  readonly engine: Engine;
}

/**
 * Trains in this thread, which does nothing else while a step is under way.
 *
 * @throws as {@linkcode fit} does.
 */
export async function* trainHere(
  data: TrainingData,
  settings: TrainingSettings,
  { dataset, engine, ...context }: TrainHereOptions,
): AsyncGenerator<TrainingEvent, Training> {
  const result = yield* fit(engine, data, settings, context);
  const description = describeModel(result, { dataset, data, settings, engine });
  return { model: { onnx: result.onnx, description }, history: result.history };
}

/** Options of {@linkcode trainInWorker}. */
export interface TrainInWorkerOptions {
  /** The dataset's name, for the model's description. */
  readonly dataset: string;
  /** Starts the thread. */
  readonly host: Pick<Host, "worker" | "cores">;
  /** A name that `loadEngine` knows. @default "auto" */
  readonly engine?: string | undefined;
  /** Threads for one computation; the model's very bits depend on it. @default host.cores */
  readonly threads?: number | undefined;
  /** Ends training after the step under way, with a last checkpoint. */
  readonly signal?: AbortSignal | undefined;
  /** Goes on from here. */
  readonly resume?: FitState | undefined;
  /** Hands the pixels over instead of copying them: nobody else can read them afterwards. @default false */
  readonly giveAway?: boolean | undefined;
}

/**
 * Trains in a thread of its own: this one stays free. The thread ends with the
 * training, whether it succeeds, fails, or is no longer read.
 *
 * The caller keeps its digits, unless it gives them away. The thread reads the pixels in shared memory:
 * pixels that aren't there yet are copied there once, so don't change shared ones meanwhile.
 *
 * @throws as {@linkcode fit} does, and {@link UnavailableError} when the engine does not work here.
 */
export async function* trainInWorker(
  data: TrainingData,
  settings: TrainingSettings,
  options: TrainInWorkerOptions,
): AsyncGenerator<TrainingEvent, Training> {
  const { dataset, host, engine = "auto", threads = host.cores, signal, resume } = options;
  const { giveAway = false } = options;
  signal?.throwIfAborted();
  const worker = host.worker(new URL("./train_worker.ts", import.meta.url));
  const messages = workerMessages<FromTrainer>(worker);
  const tell = (message: ToTrainer, transfer: ArrayBuffer[] = []) =>
    worker.postMessage(message, transfer);
  const abort = () => tell({ kind: "abort" });
  signal?.addEventListener("abort", abort);
  try {
    const request = { settings, engine, threads, resume };
    if (giveAway) tell({ kind: "train", request: { data, ...request } }, pixelBuffers(data));
    else tell({ kind: "train", request: { data: shareTrainingData(data), ...request } });
    for await (const message of messages) {
      switch (message.kind) {
        case "event":
          yield message.event;
          break;
        case "done": {
          const { result, engine } = message;
          const description = describeModel(result, { dataset, data, settings, engine });
          return { model: { onnx: result.onnx, description }, history: result.history };
        }
        case "failed":
          if (message.name === "AbortError") signal?.throwIfAborted();
          throw revive(message);
      }
    }
    throw new Error("Cannot finish training as its thread ended before");
  } finally {
    signal?.removeEventListener("abort", abort);
    worker.terminate();
  }
}

/** The error as it was in the other thread, which messages can't carry whole. */
function revive({ name, message }: { readonly name: string; readonly message: string }): Error {
  const known = [DataError, UsageError, UnavailableError, RangeError, TypeError];
  const Known = known.find((candidate) => candidate.name === name);
  return Known ? new Known(message) : Object.assign(new Error(message), { name });
}
