/**
 * Model files, brought into memory.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";
import type { Engine } from "../model/engine.ts";
import type { ModelFiles } from "./model_folder.ts";
import { sharedPredictor, type SharingOptions } from "./shared_predictor.ts";
import type { OpenModel } from "./version_source.ts";

/** What a version is called, what computes it, and how its clients share it. */
export interface OpenModelOptions {
  readonly name: string;
  readonly version: string;
  readonly engine: Engine;
  readonly sharing: SharingOptions;
}

/**
 * Loads a model. Without a description its classes are called by their index: `0`,
 * `1`, `2` …, which for ten digits is what they are.
 * @throws {DataError} when the files are not a model of ours, or not of the same one.
 */
export async function openModel(files: ModelFiles, options: OpenModelOptions): Promise<OpenModel> {
  const { name, version, engine, sharing } = options;
  try {
    await using stack = new AsyncDisposableStack();
    const classifier = stack.use(await engine.load(files.onnx));
    const { imageShape, classes } = classifier;
    const description = files.description ??
      { imageShape, classNames: Array.from({ length: classes }, (_, i) => String(i)) };
    const shared = sharedPredictor(classifier, { name, version, description }, sharing);
    const { predictor } = stack.use(shared);
    const held = stack.move();
    return { predictor, [Symbol.asyncDispose]: () => held.disposeAsync() };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`Cannot serve ${name} version ${version}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
