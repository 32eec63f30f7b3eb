/**
 * Which models answer requests: what a handler asks before it predicts.
 *
 * @module
 */
import type { Predictor } from "./predictor.ts";
import { RequestError } from "./request_error.ts";

/** What state a version is in, in the words of the Open Inference Protocol. */
export type ModelState = "LOADING" | "READY" | "UNLOADING" | "UNAVAILABLE";

/** One version as a list of models has it. */
export interface ModelStatus {
  /** The model's. */
  readonly name: string;
  /** Which version; empty when the model has none. */
  readonly version: string;
  /** Only `READY` ones answer. */
  readonly state: ModelState;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
  /** Whether it answers requests that name no version. */
  readonly latest: boolean;
}

/**
 * A version that answers. It stays in memory until it is disposed of, once for each
 * time it was found: `using model = models.find(name)`.
 */
export interface ServedModel extends Disposable {
  /** Ready to predict. Its `name` and `version` are what was found. */
  readonly predictor: Predictor;
}

/** Finds the model that a request means. */
export interface ModelLookup {
  /**
   * A version, or the one that answers when none is named.
   * @throws {RequestError} 404 when there is no such model or version; 503 when it is not ready.
   */
  find(name: string, version?: string): ServedModel;
  /** Every version that is known of: models in their order, versions oldest first. */
  index(): readonly ModelStatus[];
  /** Whether every model has a version that answers: what a readiness probe asks. */
  ready(): boolean;
}

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]*$/i; // Part of paths and of Kubernetes names.

/**
 * Checks that a name can be part of a path.
 * @throws {RangeError} when it can't.
 */
export function checkModelName(name: string): void {
  if (MODEL_NAME.test(name)) return;
  throw new RangeError(
    `Cannot serve a model as ${JSON.stringify(name)}: a name is letters, digits, ".", "_" and "-"`,
  );
}

/** That there is no such model. */
export function unknownModel(name: string): RequestError {
  const shown = JSON.stringify(name.slice(0, 100));
  return new RequestError(404, `Cannot find model ${shown}: GET /v1/models lists them`);
}

/** That a model has no such version. */
export function unknownVersion(
  name: string,
  version: string,
  known: readonly string[],
): RequestError {
  const shown = JSON.stringify(version.slice(0, 100));
  const those = known.length === 0 ? "none is loaded" : `loaded are ${known.join(", ")}`;
  return new RequestError(404, `Cannot find version ${shown} of model "${name}": ${those}`);
}

/**
 * Models that stay as they are, one version each.
 * @throws {RangeError} when a name can't be part of a path, or two models have one name.
 */
export function fixedModels(predictors: readonly Predictor[]): ModelLookup {
  const models = new Map<string, ServedModel>();
  for (const predictor of predictors) {
    checkModelName(predictor.name);
    if (models.has(predictor.name)) {
      throw new RangeError(`Cannot serve two models as ${JSON.stringify(predictor.name)}`);
    }
    models.set(predictor.name, { predictor, [Symbol.dispose]() {} });
  }
  return {
    find(name, version) {
      const model = models.get(name);
      if (!model) throw unknownModel(name);
      const known = model.predictor.version;
      if (version !== undefined && version !== known) throw unknownVersion(name, version, [known]);
      return model;
    },
    index: () =>
      predictors.map(({ name, version }) => ({
        name,
        version,
        state: "READY",
        reason: "",
        latest: true,
      })),
    ready: () => true,
  };
}

/** The same models, ready only until the signal is aborted: a server that ends says so first. */
export function readyUntil(signal: AbortSignal, models: ModelLookup): ModelLookup {
  return {
    find: (name, version) => models.find(name, version),
    index: () => models.index(),
    ready: () => !signal.aborted && models.ready(),
  };
}
