/**
 * Which version of a model is served, and which was before.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { ModelRegistry, ModelVersion } from "../pipeline/tracker.ts";

/** The alias of the version that is served. */
export const CHAMPION = "champion";

/** The alias of the version that was registered last, and may become the one that is served. */
export const CANDIDATE = "candidate";

/**
 * Serves the version before the present one again; called again, the one before that.
 *
 * @throws {DataError} when no version was served before.
 */
export async function rollBack(registry: ModelRegistry, name: string): Promise<ModelVersion> {
  const versions = await registry.versions(name);
  const kept = new Set(versions.map(({ version }) => version));
  const history = await registry.aliasHistory(name, CHAMPION);
  const before = servedStack(history.filter((version) => kept.has(version))).at(-2);
  const target = versions.find(({ version }) => version === before);
  if (!target) {
    throw new DataError(
      history.length === 0
        ? `Cannot roll back ${name} as no version of it was ever served`
        : `Cannot roll back ${name} as no version was served before ${history.at(-1)}`,
    );
  }
  await registry.setAlias(name, CHAMPION, target.version);
  return target;
}

/** The versions one would come back to, step by step: going back to the one before takes the last away. */
function servedStack(history: readonly number[]): readonly number[] {
  const stack: number[] = [];
  for (const version of history) {
    if (stack.at(-2) === version) stack.pop();
    else if (stack.at(-1) !== version) stack.push(version);
  }
  return stack;
}
