/**
 * The registry that a server follows: MLflow's where one is set, and the folder's own
 * when that can't be reached to begin with.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { Settings } from "../../lib/config.ts";
import type { ModelRegistry } from "../../lib/pipeline/tracker.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";

/** What a server asks of a registry. */
export type ServedRegistry = Pick<ModelRegistry, "names" | "versions" | "alias" | "files">;

/** Opens it. Nothing is asked yet. */
export async function servedRegistry(
  { digitsHome, mlflow }: Settings,
  host: Host,
): Promise<ServedRegistry> {
  const { registry: own } = journalTracker({ folder: digitsHome, host });
  if (!mlflow) return own;
  // Who has no MLflow does not wait until its client is loaded.
  const [{ MlflowClient }, { mlflowRegistry }] = await Promise.all([
    import("../../lib/track/mlflow/mlflow_client.ts"),
    import("../../lib/track/mirror/mlflow_registry.ts"),
  ]);
  const { trackingUri, auth } = mlflow;
  return withFallback(mlflowRegistry(new MlflowClient({ trackingUri, auth, host })), own);
}

/**
 * The first registry, or the second until the first has ever answered: whoever has seen
 * what MLflow says does not go back to what the folder says.
 */
export function withFallback(first: ServedRegistry, second: ServedRegistry): ServedRegistry {
  let answered = false;
  async function ask<T>(question: (registry: ServedRegistry) => Promise<T>): Promise<T> {
    try {
      const answer = await question(first);
      answered = true;
      return answer;
    } catch (error) {
      if (!answered && error instanceof UnavailableError) return await question(second);
      throw error;
    }
  }
  return {
    names: () => ask((registry) => registry.names()),
    versions: (name) => ask((registry) => registry.versions(name)),
    alias: (name, alias) => ask((registry) => registry.alias(name, alias)),
    files: (version) => ask((registry) => registry.files(version)),
  };
}
