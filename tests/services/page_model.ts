/** Models for the page. */
import { localHost } from "../../lib/base/local_host.ts";
import { splitDigits } from "../../lib/digits/split.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { conv2d, dense, maxPooling2d } from "../../lib/model/layers.ts";
import { classifierPredictor, type Predictor } from "../../lib/serve/predictor.ts";
import { train } from "../../lib/steps/train.ts";

/** A model that reads digits as people write them: made of synthetic ones, in seconds. */
export async function trainReader(): Promise<Predictor & AsyncDisposable> {
  const host = localHost({ cacheFolder: ".digits/cache" });
  const { model } = await train(splitDigits(generateDigits(6_000, { seed: 1 })), {
    host,
    dataset: "synthetic",
    layers: [conv2d(16, 3, { activation: "relu" }), maxPooling2d(2), dense(10)],
    epochs: 2,
  });
  const engine = await loadEngine("auto", { threads: 1 });
  const classifier = await engine.load(model.onnx);
  const { description } = model;
  const predictor = classifierPredictor(classifier, { name: "digits", version: "1", description });
  return {
    ...predictor,
    [Symbol.asyncDispose]: () => classifier[Symbol.asyncDispose](),
  };
}

/** A model that takes every picture for one class, almost. */
export function stubbornPredictor(name: string, index: number): Predictor {
  return {
    name,
    version: "1",
    imageShape: [28, 28, 1],
    classNames: Array.from("0123456789"),
    predict(images) {
      const count = images.length / 784;
      const probabilities = new Float32Array(10 * count).fill(0.01);
      for (let i = 0; i < count; i++) probabilities[10 * i + index] = 0.91;
      return Promise.resolve({ probabilities });
    },
  };
}
