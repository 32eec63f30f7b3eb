import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { trainingSettings } from "../../lib/steps/train.ts";
import { engineParams, requestOf, trainingParams } from "../../lib/steps/training_params.ts";
import { smallModel } from "./small_models.ts";

const paramsOf = (optimizer: string, changes = {}) =>
  trainingParams({
    settings: trainingSettings({ optimizer, ...changes }, 10),
    imageShape: [28, 28, 1],
    trainCount: 55_000,
    validationCount: 5_000,
  });

Deno.test("trainingParams() has the numbers that defaults stand for, by Keras's names", () => {
  deepStrictEqual(paramsOf("adam"), {
    epochs: 3,
    steps_per_epoch: 860,
    effective_batch_size: 64,
    opt_name: "adam",
    opt_beta_1: 0.9,
    opt_beta_2: 0.999,
    opt_epsilon: 1e-7,
    opt_learning_rate: 0.01,
    opt_ema_momentum: 0,
    learning_rate_schedule: "cosine",
    learning_rate_warm_up: 0.1,
    augmentation: "shift by up to 1 px",
    dropout: "0.25",
    layers: "conv2d 32 × 3×3, relu → maxPooling2d 2×2 → conv2d 64 × 3×3, relu → " +
      "maxPooling2d 2×2 → dropout 0.25 → dense 10",
    parameter_count: 34_826,
    image_shape: "28 × 28 × 1",
    train_count: 55_000,
    validation_count: 5_000,
  });
  const { opt_momentum, opt_nesterov } = paramsOf("sgd");
  deepStrictEqual([opt_momentum, opt_nesterov], [0.9, true]);
  const { opt_rho, patience, augmentation } = paramsOf("rmsprop", { patience: 2, shift: 0 });
  deepStrictEqual([opt_rho, patience, augmentation], [0.9, 2, "none"]);
});

Deno.test("trainingParams() and engineParams() have no name of the pipeline's own", async () => {
  const { description } = await smallModel({ epochs: 1 });
  const names = Object.keys({
    ...trainingParams(requestOf(description)),
    ...engineParams(description.training),
  });
  ok(names.length > 15);
  deepStrictEqual(names.filter((name) => Object.hasOwn(digitsPipeline.params, name)), []);
  strictEqual(engineParams(description.training)["engine_name"], "onnx");
});
