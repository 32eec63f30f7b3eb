/**
 * Registering a model version, as a component.
 *
 * @module
 */
import { datasetProfile } from "../digits/datasets.ts";
import { encodeModel } from "../model/model_codec.ts";
import type { ModelDescription } from "../model/trained_model.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, number, text } from "../pipeline/port.ts";
import { digitsArtifact, modelArtifact } from "./artifacts.ts";
import { CANDIDATE } from "./champion.ts";
import { VALIDATION_DIGEST } from "./contest.ts";
import { digitsDigest } from "./dataset_inputs.ts";
import { modelInterface } from "./model_interface.ts";
import { repositoryArtifact } from "./model_repository.ts";

/** Makes a model a version of its name, and the candidate. The same model stays the same version. */
export const registerStep = defineComponent({
  name: "register",
  description: "Makes the model a version in the registry, and the candidate for being served",
  effects: true,
  inputs: {
    model: modelArtifact("What train made"),
    validation: digitsArtifact("Digits that its best epoch was chosen by"),
    dataset: text("What it learned from: decides the name"),
    accuracy: number("On the test digits, 0..1"),
  },
  outputs: {
    name: text("The registered name"),
    version: integer("The version, 1 for the first"),
    repository: repositoryArtifact("The version as model servers want it"),
  },
  async find({ model, dataset }, { run: { registry }, signal }) {
    const { modelName } = datasetProfile(dataset);
    const found = await registry.find(modelName, model.info.sha256);
    const candidate = await registry.alias(modelName, CANDIDATE);
    if (found === undefined || found.version !== candidate?.version) return undefined;
    const { name, version } = found;
    return { name, version, repository: { name, version, model: await model.value({ signal }) } };
  },
  async run({ model, validation, dataset, accuracy }, { run, artifacts }) {
    const { modelName } = datasetProfile(dataset);
    const { description } = model;
    const { validation: digits } = artifacts;
    const { name, version } = await run.registry.register(modelName, encodeModel(model), {
      runId: run.id,
      tags: {
        dataset,
        test_accuracy: String(accuracy),
        ...trainingTags(description),
        ...(digits && { [VALIDATION_DIGEST]: digitsDigest(digits) }),
      },
      interface: modelInterface(description, validation),
    });
    await run.registry.setAlias(name, CANDIDATE, version);
    return { name, version, repository: { name, version, model } };
  },
});

function trainingTags(
  { training, history, bestEpoch }: ModelDescription,
): Readonly<Record<string, string>> {
  const best = history[bestEpoch - 1];
  return {
    epochs: String(history.length),
    optimizer: training.optimizer.name,
    seed: String(training.seed),
    best_epoch: String(bestEpoch),
    ...(typeof best?.validationAccuracy === "number" && {
      validation_accuracy: String(best.validationAccuracy),
    }),
    ...(typeof best?.validationLoss === "number" && {
      validation_loss: String(best.validationLoss),
    }),
  };
}
