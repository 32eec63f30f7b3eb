import type { Classifier, Engine, Trainer, TrainerOptions } from "../engine.ts";
import type { Layer } from "../layers.ts";
import { OnnxClassifier } from "./onnx_classifier.ts";
import { OnnxTrainer } from "./onnx_trainer.ts";
import { loadRuntime, type Runtime, type RuntimeForm } from "./runtime.ts";

/** How to compute. */
export interface OnnxEngineOptions {
  /** Threads for one computation, 1 or more; WebAssembly has only one. */
  readonly threads: number;
  /**
   * Native code, or WebAssembly; `auto` is native where that can be loaded.
   *
   * @default {"auto"}
   */
  readonly runtime?: RuntimeForm | "auto";
}

/**
 * An engine on ONNX Runtime. The native one is named `onnx`, the other `onnx-wasm`.
 *
 * @throws {UnavailableError} when the runtime can't be loaded
 */
export async function loadOnnxEngine(
  { threads, runtime = "auto" }: OnnxEngineOptions,
): Promise<Engine> {
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new RangeError(`Cannot compute as threads must be an integer from 1: got ${threads}`);
  }
  return new OnnxEngine(await loadRuntime(runtime, threads));
}

class OnnxEngine implements Engine {
  readonly name: string;
  readonly runtime: string;
  readonly threads: number;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.name = runtime.form === "native" ? "onnx" : "onnx-wasm";
    this.runtime = runtime.description;
    this.threads = runtime.threads;
    this.#runtime = runtime;
  }

  trainer(layers: readonly Layer[], options: TrainerOptions): Promise<Trainer> {
    return OnnxTrainer.open(layers, options, this.#runtime);
  }

  load(onnx: Uint8Array): Promise<Classifier> {
    return OnnxClassifier.open(onnx, this.#runtime);
  }
}
