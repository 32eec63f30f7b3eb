/**
 * A registered model version, ready to predict.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { loadEngine } from "../model/engines.ts";
import { decodeModel } from "../model/model_codec.ts";
import type { ModelDescription } from "../model/trained_model.ts";
import type { ModelRegistry, ModelVersion } from "../pipeline/tracker.ts";
import { classifierPredictor, type Predictor } from "../serve/predictor.ts";

/** A model version in memory. Disposing of it frees it. */
export interface OpenVersion extends AsyncDisposable {
  /** As the registry has it. */
  readonly version: ModelVersion;
  /** What is known of the network. */
  readonly description: ModelDescription;
  /** Ready to predict. */
  readonly predictor: Predictor;
}

/**
 * A version by its number.
 *
 * @throws {DataError} when there is none.
 */
export async function versionOf(
  registry: Pick<ModelRegistry, "versions">,
  name: string,
  version: number,
): Promise<ModelVersion> {
  const found = (await registry.versions(name)).find((known) => known.version === version);
  if (!found) throw new DataError(`Cannot serve ${name} version ${version}: there is none`);
  return found;
}

/**
 * Reads a model version, checks it, and loads it.
 *
 * @throws {DataError} when its files are damaged or of another schema version.
 */
export async function openVersion(
  registry: ModelRegistry,
  version: ModelVersion,
  options: { readonly host: Pick<Host, "cores">; readonly engine?: string },
): Promise<OpenVersion> {
  const { onnx, description } = decodeModel(await registry.files(version));
  const engine = await loadEngine(options.engine ?? "auto", { threads: options.host.cores });
  const classifier = await engine.load(onnx);
  return {
    version,
    description,
    predictor: classifierPredictor(classifier, {
      name: version.name,
      version: String(version.version),
      description,
    }),
    [Symbol.asyncDispose]: () => classifier[Symbol.asyncDispose](),
  };
}
