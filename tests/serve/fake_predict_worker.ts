/**
 * As `predict_worker.ts`, with an engine that is quick. The first pixel of a request can
 * tell it to go wrong: 201 crashes the thread, 202 fails.
 */
import type { Classifier, Engine } from "../../lib/model/engine.ts";
import { type PredictingThread, servePredictions } from "../../lib/serve/serve_predictions.ts";
import { sumPredictor } from "./fake_predictor.ts";

/** Its probabilities are multiplied by the model's first byte, to tell models apart. */
function load(onnx: Uint8Array): Promise<Classifier> {
  if (onnx.length === 0) return Promise.reject(new Error("The model is broken"));
  return Promise.resolve({
    imageShape: [2, 3, 1],
    classes: 10,
    async predict(images) {
      if (images[0] === 201) {
        queueMicrotask(() => {
          throw new Error("The pictures were too much");
        });
        await new Promise(() => {});
      }
      if (images[0] === 202) throw new Error("These pictures can't be read");
      const { probabilities } = await sumPredictor().predict(images);
      return probabilities.map((p) => p * onnx[0]!);
    },
    save: () => Promise.resolve(onnx),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

servePredictions({
  port: self as unknown as PredictingThread["port"],
  loadEngine: () => Promise.resolve({ load } as Engine),
});
