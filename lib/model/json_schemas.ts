/**
 * How settings and results look as JSON, wherever it comes from.
 *
 * @module
 */
import * as v from "valibot";
import type { Optimizer } from "./engine.ts";
import type { Layer } from "./layers.ts";
import { schedules } from "./learning_rate.ts";

/** A whole number from 0. */
export const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Any number but NaN and the infinities. */
export const finiteSchema = v.pipe(v.number(), v.finite());

const activationSchema = v.picklist(["linear", "relu"]);

const layerSchema: v.GenericSchema<unknown, Layer> = v.variant("type", [
  v.object({
    type: v.literal("conv2d"),
    filters: countSchema,
    kernelSize: countSchema,
    padding: v.picklist(["valid", "same"]),
    activation: activationSchema,
  }),
  v.object({ type: v.literal("maxPooling2d"), poolSize: countSchema }),
  v.object({ type: v.literal("dropout"), rate: finiteSchema }),
  v.object({ type: v.literal("dense"), units: countSchema, activation: activationSchema }),
]);

/** The layers of a network. */
export const layersSchema = v.array(layerSchema);

const optimizerSchema: v.GenericSchema<unknown, Optimizer> = v.variant("name", [
  v.object({ name: v.literal("sgd"), momentum: finiteSchema, nesterov: v.boolean() }),
  v.object({
    name: v.literal("rmsprop"),
    rho: finiteSchema,
    momentum: finiteSchema,
    epsilon: finiteSchema,
  }),
  v.object({
    name: v.literal("adam"),
    beta1: finiteSchema,
    beta2: finiteSchema,
    epsilon: finiteSchema,
  }),
]);

/** The members of `TrainingSettings` but its layers. */
export const settingsEntries = {
  epochs: countSchema,
  batchSize: countSchema,
  optimizer: optimizerSchema,
  learningRate: finiteSchema,
  schedule: v.picklist(schedules),
  warmUp: finiteSchema,
  emaMomentum: finiteSchema,
  shift: countSchema,
  patience: v.nullable(countSchema),
  seed: v.pipe(v.number(), v.safeInteger()),
};

/** The members of `EpochResult`. */
export const epochResultEntries = {
  epoch: countSchema,
  loss: finiteSchema,
  accuracy: finiteSchema,
  validationLoss: v.nullable(finiteSchema),
  validationAccuracy: v.nullable(finiteSchema),
  learningRate: finiteSchema,
};
