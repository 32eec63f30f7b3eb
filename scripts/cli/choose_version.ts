/**
 * Which model version a command means.
 *
 * @module
 */
import { DataError, UsageError } from "../../lib/base/errors.ts";
import { datasetProfile } from "../../lib/digits/datasets.ts";
import type { ModelRegistry, ModelVersion } from "../../lib/pipeline/tracker.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { integer, text } from "./options.ts";

/** `--name` and `--version`. */
export const versionOptions = {
  name: text("NAME", "Registered model (digits-recognizer, where there is one)", undefined),
  version: integer("Its version (the one that is served)", undefined, { low: 1, high: 1e9 }),
};

/**
 * The name that a command means: the one given, the real recognizer, or the only one there is.
 *
 * @throws {UsageError} when it can't be told.
 */
export async function chooseName(
  registry: Pick<ModelRegistry, "names">,
  given?: string,
): Promise<string> {
  const names = await registry.names();
  const known = names.length === 0 ? "there is none yet" : `known are ${names.join(", ")}`;
  if (given !== undefined) {
    if (names.includes(given)) return given;
    throw new UsageError(`There is no model "${given}": ${known}; deno task pipeline makes one`);
  }
  const { modelName } = datasetProfile("mnist");
  if (names.includes(modelName)) return modelName;
  if (names.length === 1) return names[0]!;
  if (names.length === 0) {
    throw new DataError("There is no model yet: deno task pipeline makes one");
  }
  throw new UsageError(`Say which model with --name: ${known}`);
}

/**
 * The version that a command means: the one given, or the one that is served.
 *
 * @throws {UsageError} when there is none of that number; {DataError} when none is served.
 */
export async function chooseVersion(
  registry: Pick<ModelRegistry, "names" | "versions" | "alias">,
  given: { readonly name?: string | undefined; readonly version?: number | undefined },
): Promise<ModelVersion> {
  const name = await chooseName(registry, given.name);
  if (given.version === undefined) {
    const served = await registry.alias(name, CHAMPION);
    if (served) return served;
    throw new DataError(
      `No version of ${name} was good enough to be served: train longer, or name one with --version`,
    );
  }
  const versions = await registry.versions(name);
  const found = versions.find(({ version }) => version === given.version);
  if (found) return found;
  const known = versions.map(({ version }) => version).join(", ");
  throw new UsageError(`There is no version ${given.version} of ${name}: it has ${known}`);
}
