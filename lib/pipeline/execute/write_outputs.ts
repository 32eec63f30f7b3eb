/**
 * Writes what a step gave to where the launcher collects it.
 *
 * @module
 */
import { encodeJson } from "../../base/bytes.ts";
import type { Disk } from "../../base/host.ts";
import type { Files } from "../artifact_store.ts";
import { isJson } from "../check_values.ts";
import type { Component } from "../component.ts";
import { checkFileNames } from "../digest_files.ts";
import type { ArtifactPort, JsonValue } from "../port.ts";
import type { ExecutorInput } from "./executor_input.ts";
import { localPath } from "./local_path.ts";

/** Where outputs are written to. */
export type WriteDisk = Pick<Disk, "write" | "remove">;

/** One file each. */
type Writes = readonly (readonly [path: string, bytes: Uint8Array])[];

/**
 * Encodes and writes every output: artifacts first, then parameters, and the report of it all
 * last, so that none tells of what is not there. Where one can't be written, none stays.
 * @throws {TypeError} when an artifact's files or metadata can't be what they are.
 * @throws {UnavailableError} when the disk refuses.
 */
export async function writeOutputs(
  component: Component,
  values: Readonly<Record<string, unknown>>,
  { input, disk }: { readonly input: ExecutorInput; readonly disk: WriteDisk },
): Promise<void> {
  const what = `Cannot write what "${component.name}" gave as output`;
  const parameterValues: Record<string, JsonValue> = {};
  const artifacts: Record<string, JsonValue> = {};
  const files: (readonly [string, Uint8Array])[] = [];
  for (const [name, port] of Object.entries(component.outputs)) {
    if (port.kind === "artifact") {
      const place = input.places[name]!;
      const given = await port.codec.encode(values[name]);
      files.push(...placed(`${what} "${name}"`, port, localPath(place), given));
      const { uri, metadata } = place;
      const own = checkMetadata(`${what} "${name}"`, port.metadata(values[name]));
      artifacts[name] = {
        artifacts: [{ name: place.name, uri, metadata: { ...metadata, ...own } }],
      };
    } else {
      parameterValues[name] = values[name] as JsonValue; // checked by the component
    }
  }
  for (const [name, path] of Object.entries(input.parameterFiles)) {
    files.push([path, new TextEncoder().encode(parameterText(parameterValues[name]!))]);
  }
  files.push([input.outputFile, encodeJson({ parameterValues, artifacts })]);
  await writeAll(files, disk);
}

async function writeAll(files: Writes, disk: WriteDisk): Promise<void> {
  const written: string[] = [];
  try {
    for (const [path, bytes] of files) {
      await disk.write(path, bytes);
      written.push(path);
    }
  } catch (error) {
    for (const path of written) await disk.remove(path).catch(() => {}); // the disk is the trouble
    throw error;
  }
}

/** Kubeflow's page shows a text only from a lone file. */
function placed(what: string, { schema }: ArtifactPort, path: string, files: Files): Writes {
  const names = Object.keys(files);
  checkFileNames(names);
  const isPage = schema === "system.HTML" || schema === "system.Markdown";
  if (isPage && names.length !== 1) {
    throw new TypeError(
      `${what} as a ${schema} is one file: its codec gave ${names.join(", ") || "none"}`,
    );
  }
  return Object.entries(files).map((
    [name, bytes],
  ) => [name === "" || isPage ? path : `${path}/${name}`, bytes]);
}

function checkMetadata(
  what: string,
  metadata: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> {
  for (const [key, value] of Object.entries(metadata)) {
    if (!isJson(value)) {
      throw new TypeError(`${what} as its metadata "${key}" should be a JSON value`);
    }
  }
  return metadata;
}

/** As the launcher reads it back: text as it is, all else as JSON. */
function parameterText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
