/**
 * Where the models come from that `serve` serves.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import type { Settings } from "../../lib/config.ts";
import type { Engine } from "../../lib/model/engine.ts";
import { folderSources } from "../../lib/serve/folder_source.ts";
import type { ModelFiles } from "../../lib/serve/model_folder.ts";
import { openModel } from "../../lib/serve/open_model.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import type { SharingOptions } from "../../lib/serve/shared_predictor.ts";
import type { OpenModel, VersionSource } from "../../lib/serve/version_source.ts";
import { registrySource } from "../../lib/steps/registry_source.ts";
import { chooseVersion } from "./choose_version.ts";
import type { ServeFlags } from "./serve_options.ts";
import { servedRegistry } from "./served_registry.ts";

/** How versions are brought into memory. */
export interface ModelSourceOptions {
  readonly host: Host;
  readonly engine: Engine;
  readonly sharing: SharingOptions;
  /** Sees what is predicted. */
  readonly watch: (predictor: Predictor) => Predictor;
}

/**
 * The folder that `--model` names, or the registry.
 * @throws {DataError} when there is no model; {UsageError} when it can't be told which.
 */
export async function modelSources(
  flags: Pick<ServeFlags, "model" | "name" | "version">,
  settings: Settings,
  { host, engine, sharing, watch }: ModelSourceOptions,
): Promise<readonly VersionSource[]> {
  async function open(
    files: ModelFiles,
    version: { readonly name: string; readonly version: string },
  ): Promise<OpenModel> {
    const opened = await openModel(files, { ...version, engine, sharing });
    return {
      predictor: watch(opened.predictor),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }

  const { model: folder, name, version } = flags;
  if (folder !== undefined) {
    return await folderSources(folder, { host, open, ...(name !== undefined && { name }) });
  }
  const registry = await servedRegistry(settings, host);
  const chosen = await chooseVersion(registry, { name, version });
  return [
    registrySource(registry, chosen.name, {
      host,
      open,
      ...(version !== undefined && { version }),
    }),
  ];
}
