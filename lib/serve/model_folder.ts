/**
 * Models as they lie in folders: ours, those of a Triton repository, and MLflow's.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Disk } from "../base/host.ts";
import { decodeModel } from "../model/model_codec.ts";
import type { ModelDescription } from "../model/trained_model.ts";

const VERSION = /^[1-9]\d*$/;
const LOST = "lost+found"; // What a freshly made volume has.

/** The files of one model version. */
export interface ModelFiles {
  readonly onnx: Uint8Array;
  /** Undefined when there is no `model.json`. */
  readonly description: Pick<ModelDescription, "classNames" | "imageShape"> | undefined;
}

/** Where the ONNX file of the model in a folder is; undefined when it has none. */
export async function findOnnx(disk: Disk, folder: string): Promise<string | undefined> {
  if (await disk.stat(`${folder}/model.onnx`)) return `${folder}/model.onnx`;
  const mlmodel = await disk.read(`${folder}/MLmodel`);
  if (!mlmodel) return undefined;
  const [, path] =
    /^\s+data:\s*["']?([^"'\s]+)["']?\s*$/m.exec(new TextDecoder().decode(mlmodel)) ??
      [];
  if (path === undefined || path.startsWith("/") || /(^|\/)\.\.(\/|$)/.test(path)) {
    throw new DataError(`Cannot find the model in ${folder} as its MLmodel names no ONNX file`);
  }
  // MLflow names a file, or since 3.0 a folder when the weights lie beside it.
  const named = await disk.stat(`${folder}/${path}`);
  return named?.isFolder ? `${folder}/${path}/model.onnx` : `${folder}/${path}`;
}

/** Numbers of the version folders that have a model, lowest first. */
export async function listVersions(disk: Disk, folder: string): Promise<readonly string[]> {
  const versions: string[] = [];
  for (const name of await disk.list(folder)) {
    if (VERSION.test(name) && await findOnnx(disk, `${folder}/${name}`)) versions.push(name);
  }
  return versions.sort((a, b) => Number(a) - Number(b));
}

/** Folders in this one that have a model, or version folders. */
export async function listModels(disk: Disk, folder: string): Promise<readonly string[]> {
  const models: string[] = [];
  for (const name of await disk.list(folder)) {
    const inside = `${folder}/${name}`;
    if (name.startsWith(".") || name === LOST || !(await disk.stat(inside))?.isFolder) continue;
    if (await findOnnx(disk, inside) || (await listVersions(disk, inside)).length > 0) {
      models.push(name);
    }
  }
  return models;
}

/**
 * Reads the model in a folder.
 * @throws {DataError} when a file is missing, or `model.json` is damaged.
 */
export async function readModelFolder(disk: Disk, folder: string): Promise<ModelFiles> {
  const path = await findOnnx(disk, folder);
  const onnx = path && await disk.read(path);
  if (!onnx) throw new DataError(`Cannot load the model in ${folder}: there is no model.onnx`);
  const json = await disk.read(`${folder}/model.json`);
  if (!json) return { onnx, description: undefined };
  return decodeModel({ "model.onnx": onnx, "model.json": json });
}
