/**
 * The predicting thread's side of the talk.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Classifier, Engine } from "../model/engine.ts";
import type { EngineOptions } from "../model/engines.ts";
import type { FromPredictThread, ToPredictThread } from "./predict_messages.ts";

/** What the thread lends. */
export interface PredictingThread {
  /** The messages' end in this thread: a worker's global scope. */
  readonly port: {
    postMessage(message: FromPredictThread): void;
    addEventListener(
      type: "message",
      listener: (event: MessageEvent<ToPredictThread>) => void,
    ): void;
  };
  /** As in `engines.ts`. */
  readonly loadEngine: (name: string, options: EngineOptions) => Promise<Engine>;
}

/** Predicts when told to, one request after the other. */
export function servePredictions({ port, loadEngine }: PredictingThread): void {
  const models = new Map<number, Classifier>();
  let engine: Engine;

  async function obey(message: ToPredictThread): Promise<void> {
    switch (message.kind) {
      case "start":
        engine = await loadEngine(message.engine, { threads: message.threads });
        break;
      case "open":
        models.set(message.model, await engine.load(message.onnx));
        break;
      case "predict": {
        const { request, model, images } = message;
        port.postMessage({ request, probabilities: await models.get(model)!.predict(images) });
        break;
      }
      case "close":
        await models.get(message.model)?.[Symbol.asyncDispose]();
        models.delete(message.model);
    }
  }

  let before: Promise<void> = Promise.resolve();
  port.addEventListener("message", ({ data: message }) => {
    before = before.then(() => obey(message)).catch((error) => {
      if (message.kind !== "predict") throw error; // ends the thread, which tells those who wait for it
      port.postMessage({ request: message.request, error: messageOf(error) });
    });
  });
}
