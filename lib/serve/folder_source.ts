/**
 * Model versions that lie in a folder, such as the one that KServe mounts.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import {
  findOnnx,
  listModels,
  listVersions,
  type ModelFiles,
  readModelFolder,
} from "./model_folder.ts";
import { checkModelName } from "./repository.ts";
import { pollChanges } from "./poll_changes.ts";
import type { OpenModel, SourceVersion, VersionSource } from "./version_source.ts";

const POLL_MS = 5_000; // Triton looks every 15 s; one of ours is a few small files.

/** How to read folders of models. */
export interface FolderSourceOptions {
  /** Its disk, and the clock to look again by. */
  readonly host: Pick<Host, "disk" | "sleep">;
  /** Brings files into memory. */
  readonly open: (
    files: ModelFiles,
    version: { readonly name: string; readonly version: string },
  ) => Promise<OpenModel>;
  /** What to call the one model in the folder; of several, the one to serve. */
  readonly name?: string;
}

/**
 * The models in a folder, which may hold
 * - one model: `model.onnx` and perhaps `model.json`, or MLflow's files: its version is 1;
 * - its versions: `1/model.onnx`, `2/model.onnx` …, the highest being the latest;
 * - several models, a folder each, of either kind: as in a Triton repository.
 *
 * @throws {DataError} when there is no model in it.
 */
export async function folderSources(
  folder: string,
  options: FolderSourceOptions,
): Promise<readonly VersionSource[]> {
  const { host: { disk }, name } = options;
  const alone = await findOnnx(disk, folder) ?? (await listVersions(disk, folder))[0];
  if (alone !== undefined) {
    return [folderSource(folder, { ...options, name: name ?? nameOf(folder) })];
  }
  const models = await listModels(disk, folder);
  const wanted = name === undefined ? models : models.filter((model) => model === name);
  if (wanted.length > 0) {
    return wanted.map((name) => folderSource(`${folder}/${name}`, { ...options, name }));
  }
  const reason = (await disk.stat(folder)) === undefined
    ? "there is no such folder"
    : models.length === 0
    ? "it has no model.onnx, and no folder that has one"
    : `it has the models ${models.join(", ")}, none of them called ${name}`;
  throw new DataError(`Cannot serve from ${folder}: ${reason}`);
}

function folderSource(
  folder: string,
  { host: { disk, sleep }, open, name }: FolderSourceOptions & { readonly name: string },
): VersionSource {
  checkModelName(name);
  return {
    name,
    async current() {
      const alone = await findOnnx(disk, folder);
      const versions = alone === undefined
        ? await numberedVersions(disk, folder)
        : [{ version: "1", revision: hashHex(await disk.read(alone) ?? new Uint8Array()) }];
      return { versions, latest: versions.at(-1)?.version ?? null };
    },
    async open(version) {
      const alone = await findOnnx(disk, folder) !== undefined;
      const files = await readModelFolder(disk, alone ? folder : `${folder}/${version}`);
      return await open(files, { name, version });
    },
    changes: ({ signal }) => pollChanges(POLL_MS, { sleep, signal }),
  };
}

/** The size stands for the file: while it is being copied it grows, and then it stays as it is. */
async function numberedVersions(
  disk: Host["disk"],
  folder: string,
): Promise<readonly SourceVersion[]> {
  const versions: SourceVersion[] = [];
  for (const version of await listVersions(disk, folder)) {
    const path = await findOnnx(disk, `${folder}/${version}`);
    const file = path === undefined ? undefined : await disk.stat(path);
    versions.push({ version, revision: String(file?.size) });
  }
  return versions;
}

function nameOf(folder: string): string {
  const last = folder.split(/[/\\]/).findLast((part) => part !== "" && part !== ".");
  return last === undefined || last === ".." ? "model" : last;
}
