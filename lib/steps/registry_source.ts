/**
 * Model versions of a registry, as a server follows them.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import { DataError } from "../base/errors.ts";
import { decodeModel } from "../model/model_codec.ts";
import type { ModelRegistry } from "../pipeline/tracker.ts";
import type { FolderSourceOptions } from "../serve/folder_source.ts";
import { pollChanges } from "../serve/poll_changes.ts";
import type { VersionSource } from "../serve/version_source.ts";
import { CHAMPION } from "./champion.ts";

const POLL_MS = 2_000; // Two small files on disk, or two small requests to MLflow.

/** How to serve from a registry. */
export interface RegistrySourceOptions {
  /** The clock to look again by. */
  readonly host: Pick<Host, "sleep">;
  /** Brings files into memory. */
  readonly open: FolderSourceOptions["open"];
  /** Always this version, not the one that the registry says. */
  readonly version?: number;
}

/** The versions of a registered model; the latest is the one with the alias {@linkcode CHAMPION}. */
export function registrySource(
  registry: Pick<ModelRegistry, "versions" | "alias" | "files">,
  name: string,
  options: RegistrySourceOptions,
): VersionSource {
  const { host: { sleep }, open, version: wanted } = options;
  return {
    name,
    async current() {
      const versions = await registry.versions(name);
      const latest = wanted ?? (await registry.alias(name, CHAMPION))?.version;
      return {
        versions: versions.map(({ version, sha256 }) => ({
          version: String(version),
          revision: sha256,
        })),
        latest: latest === undefined ? null : String(latest),
      };
    },
    async open(version) {
      const versions = await registry.versions(name);
      const found = versions.find((known) => String(known.version) === version);
      if (!found) throw new DataError(`Cannot serve ${name} version ${version}: there is none`);
      return await open(decodeModel(await registry.files(found)), { name, version });
    },
    changes: ({ signal }) => pollChanges(POLL_MS, { sleep, signal }),
  };
}
