/**
 * A thread for requests that take so long that all others would wait for them.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import type { Classifier } from "../model/engine.ts";
import type { FromPredictThread, ToPredictThread } from "./predict_messages.ts";

/** What the thread computes with. */
export interface PredictThreadOptions {
  /** Starts it. */
  readonly host: Pick<Host, "worker">;
  /** A name that `loadEngine` knows. */
  readonly engine: string;
  /** For one computation. */
  readonly threads: number;
}

type Resolvers = PromiseWithResolvers<Float32Array>;

/**
 * Predicts in a thread of its own, for any number of models. The thread starts with
 * the first pictures, and once more if it ever crashes. Disposing of it ends it.
 */
export class PredictThread implements Disposable {
  readonly #options: PredictThreadOptions;
  readonly #pending = new Map<number, Resolvers>();
  /** The models that it has. */
  readonly #opened = new Map<Classifier, number>();
  #worker: Worker | undefined;
  #count = 0;

  constructor(options: PredictThreadOptions) {
    this.#options = options;
  }

  /** The same model, computed in the thread. Disposing of it leaves the given one alone. */
  classifier(classifier: Classifier): Classifier {
    const { imageShape, classes } = classifier;
    return {
      imageShape,
      classes,
      predict: (images) => this.#predict(classifier, images),
      save: () => classifier.save(),
      [Symbol.asyncDispose]: () => Promise.resolve(this.#close(classifier)),
    };
  }

  [Symbol.dispose](): void {
    this.#end(new Error("Cannot predict as the server ends"));
  }

  async #predict(classifier: Classifier, images: Uint8Array | Float32Array): Promise<Float32Array> {
    const onnx = this.#opened.has(classifier) ? undefined : await classifier.save();
    const worker = this.#worker ??= this.#start();
    let model = this.#opened.get(classifier);
    if (model === undefined) {
      model = this.#count++;
      this.#opened.set(classifier, model);
      post(worker, { kind: "open", model, onnx: onnx! });
    }
    const request = this.#count++;
    const resolvers: Resolvers = Promise.withResolvers();
    this.#pending.set(request, resolvers);
    post(worker, { kind: "predict", request, model, images });
    return await resolvers.promise;
  }

  #close(classifier: Classifier): void {
    const model = this.#opened.get(classifier);
    if (model === undefined || !this.#worker) return;
    this.#opened.delete(classifier);
    post(this.#worker, { kind: "close", model });
  }

  #start(): Worker {
    const { host, engine, threads } = this.#options;
    const worker = host.worker(new URL("./predict_worker.ts", import.meta.url));
    worker.addEventListener("message", ({ data }: MessageEvent<FromPredictThread>) => {
      const resolvers = this.#pending.get(data.request)!;
      this.#pending.delete(data.request);
      if ("error" in data) resolvers.reject(new Error(data.error));
      else resolvers.resolve(data.probabilities);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // It reaches those who wait.
      this.#end(new Error(`Cannot predict as the predicting thread crashed: ${event.message}`));
    });
    post(worker, { kind: "start", engine, threads });
    return worker;
  }

  #end(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#opened.clear();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

function post(worker: Worker, message: ToPredictThread): void {
  worker.postMessage(message);
}
