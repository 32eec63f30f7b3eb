/**
 * The same steps with many settings, of which the best is kept.
 *
 * @module
 */
import { definePipeline } from "../pipeline/pipeline.ts";
import { integer, list, number, struct, text } from "../pipeline/port.ts";
import { member } from "../pipeline/member.ts";
import { acquireStep } from "./acquire_step.ts";
import { chooseStep } from "./choose_step.ts";
import { digitsPipeline } from "./digits_pipeline.ts";
import { judgeAndServe } from "./judge_and_serve.ts";
import { preprocessStep } from "./preprocess_step.ts";
import { sweepGrid } from "./sweep_grid.ts";
import { trainStep } from "./train_step.ts";

const { optimizer: _, learning_rate: __, batch_size: ___, ...params } = digitsPipeline.params;

/**
 * Trains once with every combination of the grid, chooses by the validation digits, and goes on with
 * the best as {@linkcode digitsPipeline} does with its only one: test digits judge that one alone.
 */
export const sweepPipeline = definePipeline({
  name: "digits-recognizer-sweep",
  description: "Trains recognizers with many settings and serves the best",
  params: {
    ...params,
    grid: list("Settings to try: label, optimizer, learning_rate and batch_size of each", {
      default: sweepGrid({ optimizers: ["adam", "sgd"] }),
    }),
  },
  build(params, graph) {
    const { seed, engine, min_accuracy, serving, no_epochs, grid } = params;
    const { digits, dataset } = graph.step(acquireStep, {
      dataset: params.dataset,
      mirrors: params.mirrors,
    });
    const { train, validation, test } = graph.step(preprocessStep, { digits });
    const trained = graph.forEach(grid, (settings) => {
      const { model, images_per_second } = graph.step(trainStep, {
        train,
        validation,
        dataset,
        no_epochs,
        optimizer: member(settings, "optimizer", text("adam, rmsprop or sgd")),
        batch_size: member(settings, "batch_size", integer("Digits a step")),
        learning_rate: member(settings, "learning_rate", number("Peak learning rate")),
        label: member(settings, "label", text("Tells it from the others")),
        seed,
        engine,
      });
      return { model, images_per_second };
    }, { id: "sweep", item: struct("One combination") });
    // Never from a cache: what it records is the run's own.
    const { model, images_per_second, validation_accuracy, settings } = graph.step(
      chooseStep,
      { models: trained.model, speeds: trained.images_per_second },
      { cache: false },
    );
    const judged = { model, dataset, validation, test, min_accuracy, engine, serving };
    return {
      dataset,
      model,
      settings,
      validation_accuracy,
      images_per_second,
      ...judgeAndServe(judged, graph),
    };
  },
});
