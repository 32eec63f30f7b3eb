/**
 * Registering a model version, as a component.
 *
 * @module
 */
import { datasetProfile } from "../digits/datasets.ts";
import { encodeModel } from "../model/model_codec.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, number, text } from "../pipeline/port.ts";
import { modelArtifact } from "./artifacts.ts";

/** Makes a model a version of its name. The same model stays the same version. */
export const registerStep = defineComponent({
  name: "register",
  description: "Makes the model a version in the registry",
  effects: true,
  inputs: {
    model: modelArtifact("What train made"),
    dataset: text("What it learned from: decides the name"),
    accuracy: number("On the test digits, 0..1"),
  },
  outputs: {
    name: text("The registered name"),
    version: integer("The version, 1 for the first"),
  },
  async find({ model, dataset }, { run }) {
    const { modelName } = datasetProfile(dataset);
    const found = await run.registry.find(modelName, model.info.sha256);
    return found && { name: found.name, version: found.version };
  },
  async run({ model, dataset, accuracy }, { run }) {
    const { modelName } = datasetProfile(dataset);
    const { training } = model.description;
    const { name, version } = await run.registry.register(modelName, encodeModel(model), {
      runId: run.id,
      tags: {
        dataset,
        test_accuracy: String(accuracy),
        epochs: String(model.description.history.length),
        optimizer: training.optimizer.name,
      },
    });
    return { name, version };
  },
});
