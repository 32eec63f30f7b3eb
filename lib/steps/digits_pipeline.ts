/**
 * The one pipeline: run here or compiled for Kubeflow, it is this graph.
 *
 * @module
 */
import { definePipeline } from "../pipeline/pipeline.ts";
import { integer, list, number, struct, text } from "../pipeline/port.ts";
import { acquireStep } from "./acquire_step.ts";
import { judgeAndServe } from "./judge_and_serve.ts";
import { preprocessStep } from "./preprocess_step.ts";
import { trainStep } from "./train_step.ts";

/**
 * Acquire, preprocess, train, evaluate, register, and serve what is good enough and better than what
 * is served.
 *
 * Which digits validate does not depend on `seed`: the champion and its challengers are compared
 * on them, and with a split of its own one would be compared on digits that it has learned from.
 */
export const digitsPipeline = definePipeline({
  name: "digits-recognizer",
  description: "Trains, judges and serves a recognizer of handwritten digits",
  params: {
    no_epochs: integer("Passes over the training digits", { default: 3 }),
    optimizer: text("adam, rmsprop or sgd", { default: "adam" }),
    mlflow_experiment: text("Experiment to record the run in", {
      default: "digits-recognizer-kfp",
    }),
    dataset: text("mnist, fashion-mnist, synthetic, a URL, or a folder", { default: "mnist" }),
    mirrors: list("Base URLs to fetch MNIST from; none stands for the published ones", {
      default: [],
    }),
    batch_size: integer("Digits a step; 0 is the optimizer's default", { default: 0 }),
    learning_rate: number("Peak learning rate; 0 is the optimizer's default", { default: 0 }),
    seed: integer("Decides everything random but which digits validate", { default: 1 }),
    min_accuracy: number("Test accuracy below which the model is not served, 0..1", {
      default: 0.97,
    }),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
    serving: struct('Where to serve: {"target": "local"}, or "kserve" with its settings', {
      default: { target: "local" },
    }),
  },
  build(params, graph) {
    const { seed, engine, min_accuracy, serving } = params;
    const { digits, dataset } = graph.step(acquireStep, {
      dataset: params.dataset,
      mirrors: params.mirrors,
    });
    const { train, validation, test } = graph.step(preprocessStep, { digits });
    const { model, images_per_second } = graph.step(trainStep, {
      train,
      validation,
      dataset,
      no_epochs: params.no_epochs,
      optimizer: params.optimizer,
      batch_size: params.batch_size,
      learning_rate: params.learning_rate,
      seed,
      engine,
    });
    const judged = { model, dataset, validation, test, min_accuracy, engine, serving };
    return { dataset, model, images_per_second, ...judgeAndServe(judged, graph) };
  },
});
