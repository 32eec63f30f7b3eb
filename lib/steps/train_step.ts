/**
 * `train` as a component.
 *
 * @module
 */
import { decodeCheckpoint, encodeCheckpoint } from "../model/checkpoint.ts";
import { checkSettings, trainingSize } from "../model/training_settings.ts";
import type { BatchReport, EpochReport, TrainingEvent } from "../model/training_event.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, number, text } from "../pipeline/port.ts";
import type { Progress, StepContext } from "../pipeline/step_context.ts";
import { digitsArtifact, modelArtifact } from "./artifacts.ts";
import { batchMetrics, epochMetrics } from "./epoch_metrics.ts";
import { labelledRun } from "./labelled_run.ts";
import { recordTrainedModel, recordTrainingRequest } from "./record_training.ts";
import { train, trainingSettings } from "./train.ts";

/** Trains the CNN in a thread of its own; goes on where an interrupted attempt stopped. */
export const trainStep = defineComponent({
  name: "train",
  description: "Trains a convolutional network and keeps its best epoch",
  inputs: {
    train: digitsArtifact("Digits to learn from"),
    validation: digitsArtifact("Digits to choose the best epoch by"),
    dataset: text("What the digits are"),
    no_epochs: integer("Passes over the training digits", { default: 3 }),
    optimizer: text("adam, rmsprop or sgd", { default: "adam" }),
    batch_size: integer("Digits a step; 0 is the optimizer's default", { default: 0 }),
    learning_rate: number("Peak learning rate; 0 is the optimizer's default", { default: 0 }),
    seed: integer("Decides first weights, order and dropout", { default: 1 }),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
    label: text("Begins the names of what is recorded, where a run trains several models", {
      default: "",
    }),
  },
  outputs: {
    model: modelArtifact("The network of the best epoch, as ONNX"),
    validation_accuracy: number("Of the best epoch, 0..1"),
    images_per_second: number("Training speed, without validation"),
  },
  async run({ train: learn, validation, dataset, engine, ...params }, context) {
    const { signal, host, checkpoint, artifacts } = context;
    const run = labelledRun(context.run, params.label);
    const data = { train: learn, validation };
    const wanted = {
      epochs: params.no_epochs,
      optimizer: params.optimizer,
      batchSize: params.batch_size || undefined,
      learningRate: params.learning_rate || undefined,
      seed: params.seed,
    };
    const settings = trainingSettings(wanted, learn.classNames.length);
    checkSettings(settings, data); // What can't be trained is not recorded as if it had been.
    await recordTrainingRequest(run, {
      settings,
      imageShape: learn.imageShape,
      ...trainingSize(data),
    }, { dataset, train: artifacts["train"], validation: artifacts["validation"] });
    const saved = await checkpoint.load();
    const resume = saved && decodeCheckpoint(saved);
    if (resume) await run.tag({ resumedFromEpoch: String(resume.history.length) });
    const { model, history } = await train(data, {
      ...wanted,
      host,
      dataset,
      engine,
      signal,
      resume,
      giveAway: true, // read from the store for this step alone
      onEvent: (event) => tell(event, params.no_epochs, { ...context, run }),
    });
    await recordTrainedModel(run, model.description);
    const { bestEpoch } = model.description;
    return {
      model,
      validation_accuracy: history[bestEpoch - 1]?.validationAccuracy ?? 0,
      images_per_second: meanSpeed(history),
    };
  },
});

/** Hands on what training tells: to the watcher, the run or the checkpoint. */
async function tell(
  event: TrainingEvent,
  epochs: number,
  { progress, run, checkpoint }: StepContext,
): Promise<void> {
  switch (event.kind) {
    case "batch":
      progress(batchProgress(event, epochs));
      if (event.isRegular) await run.log(batchMetrics(event), stepsDone(event));
      return;
    case "epoch":
      return await run.log(epochMetrics(event), event.epoch);
    case "checkpoint":
      return await checkpoint.save(encodeCheckpoint(event.state));
  }
}

/** Since training began. */
function stepsDone({ epoch, step, steps }: BatchReport): number {
  return (epoch - 1) * steps + step;
}

function batchProgress(report: BatchReport, epochs: number): Progress {
  const { epoch, steps, loss, accuracy, imagesPerSecond } = report;
  return {
    done: stepsDone(report),
    total: epochs * steps,
    unit: "steps",
    note: `epoch ${epoch}/${epochs}, loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(3)}, ` +
      `${Math.round(imagesPerSecond).toLocaleString("en")} images/s`,
  };
}

/** Harmonic: every epoch has the same number of images. */
function meanSpeed(history: readonly EpochReport[]): number {
  const seconds = history.reduce((sum, { imagesPerSecond }) => sum + 1 / imagesPerSecond, 0);
  return history.length / seconds;
}
