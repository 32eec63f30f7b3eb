/**
 * Stored results as people and steps get them: artifacts are read when asked for.
 *
 * @module
 */
import type { ArtifactInfo, ArtifactStore } from "./artifact_store.ts";
import type { Codec, Port, Ports, StoredArtifact, StoredValue } from "./port.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";

/** One stored value behind a port. */
export function storedValue(
  port: Port | undefined,
  stored: StoredOutput,
  store: ArtifactStore,
): StoredValue {
  if (stored.kind === "value") return stored.value;
  if (stored.kind === "artifact") {
    return port?.kind === "artifact"
      ? storedArtifact(port.codec, stored.info, store)
      : stored.info.uri;
  }
  return port?.kind === "artifacts"
    ? stored.infos.map((info) => storedArtifact(port.codec, info, store))
    : stored.infos.map(({ uri }) => uri);
}

function storedArtifact(
  codec: Codec<unknown>,
  info: ArtifactInfo,
  store: ArtifactStore,
): StoredArtifact {
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
): Record<string, StoredValue> {
  return Object.fromEntries(
    Object.entries(stored).map((
      [name, output],
    ) => [name, storedValue(ports[name], output, store)]),
  );
}
