/**
 * Stored results as people and steps get them: artifacts are read when asked for.
 *
 * @module
 */
import type { ArtifactStore } from "./artifact_store.ts";
import type { JsonValue, Port, Ports, StoredArtifact } from "./port.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";

/** One stored value behind a port. */
export function storedValue(
  port: Port | undefined,
  stored: StoredOutput,
  store: ArtifactStore,
): JsonValue | StoredArtifact {
  if (stored.kind === "value") return stored.value;
  if (port?.kind !== "artifact") return stored.info.uri;
  const { info } = stored;
  const { codec } = port;
  return {
    uri: info.uri,
    info,
    value: async (options) => await codec.decode(await store.get(info.uri, options)),
  };
}

/** Stored values by the name of their port. */
export function storedValues(
  ports: Ports,
  stored: StepResult,
  store: ArtifactStore,
): Record<string, JsonValue | StoredArtifact> {
  return Object.fromEntries(
    Object.entries(stored).map((
      [name, output],
    ) => [name, storedValue(ports[name], output, store)]),
  );
}
