/** Trained models that take milliseconds to make. */
import type { Digits } from "../../lib/digits/digits.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { dense } from "../../lib/model/layers.ts";
import { trainHere } from "../../lib/model/train.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { TrainingSettings } from "../../lib/model/training_settings.ts";
import { smallData, smallSettings } from "../model/small_training.ts";

/** A dense layer, at the end of a short training. */
export async function smallModel(
  options: Partial<TrainingSettings> & { readonly train?: Digits } = {},
): Promise<TrainedModel> {
  const { train = smallData.train, ...changes } = options;
  const layers = [dense(train.classNames.length)];
  const settings = { ...smallSettings, layers, epochs: 6, ...changes };
  const engine = await loadEngine("onnx", { threads: 1 });
  const data = options.train ? { train } : smallData;
  const training = trainHere(data, settings, { dataset: "custom", engine, now: () => 0 });
  while (true) {
    const { done, value } = await training.next();
    if (done) return value.model;
  }
}
