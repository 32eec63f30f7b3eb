/** Plays Kubeflow's launcher: makes executor inputs, and collects what a step wrote as strictly as it does. */
import assert from "node:assert/strict";
import type { Disk } from "../../../lib/base/host.ts";
import type { Component, JsonValue } from "../../../lib/pipeline/mod.ts";

/** A disk of paths and bytes, as far as the executor needs one. */
export function memoryDisk(
  options: { readonly full?: (path: string) => boolean } = {},
): Disk & { readonly files: Map<string, Uint8Array<ArrayBuffer>> } {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const inside = (path: string) =>
    [...files.keys()].filter((other) => other.startsWith(`${path}/`))
      .map((other) => other.slice(path.length + 1).split("/")[0]!);
  const never = () => {
    throw new Error("the executor does not do that");
  };
  return {
    files,
    read: (path) => Promise.resolve(files.get(path)),
    stat(path) {
      const bytes = files.get(path);
      if (bytes) return Promise.resolve({ size: bytes.length, isFolder: false });
      const isFolder = inside(path).length > 0;
      return Promise.resolve(isFolder ? { size: 0, isFolder } : undefined);
    },
    list: (path) => Promise.resolve([...new Set(inside(path))].sort()),
    write(path, bytes) {
      if (options.full?.(path)) return Promise.reject(new Error(`no space for ${path}`));
      files.set(path, bytes.slice());
      return Promise.resolve();
    },
    append: never,
    rename: never,
    remove(path) {
      files.delete(path);
      return Promise.resolve();
    },
  };
}

/** An artifact, as the launcher speaks of it. */
export interface GivenArtifact {
  readonly uri: string;
  readonly metadata?: { readonly [key: string]: JsonValue };
}

/** What a step is given. */
export interface Given {
  readonly params?: Readonly<Record<string, JsonValue>>;
  readonly artifacts?: Readonly<Record<string, GivenArtifact | readonly GivenArtifact[]>>;
  /** Where its artifacts go. */
  readonly root?: string;
  /** Where its parameters and its report go. */
  readonly scratch?: string;
}

/** `{{$}}`, with everything in it that Kubeflow adds on its own account. */
export function executorInput(component: Component, given: Given = {}) {
  const { params = {}, artifacts = {}, root = "s3://bucket/v2/run", scratch = "/tmp/kfp" } = given;
  const outputs = Object.entries(component.outputs);
  const typed = (title: string) => ({ schemaTitle: title, schemaVersion: "0.0.1" });
  const logs = { name: "executor-logs", type: typed("system.Artifact"), uri: `${root}/logs` };
  return {
    inputs: {
      parameterValues: params,
      artifacts: Object.fromEntries(
        Object.entries(artifacts).map(([name, one]) => [name, {
          artifacts: [one].flat().map((artifact, i) => ({
            name: String(4711 + i), // the metadata store's own number
            type: typed("system.Artifact"),
            metadata: { store_session_info: "{}", display_name: "something" },
            ...artifact,
          })),
        }]),
      ),
    },
    outputs: {
      parameters: Object.fromEntries(
        outputs.filter(([, port]) => port.kind === "param")
          .map(([name]) => [name, { outputFile: `${scratch}/outputs/${name}` }]),
      ),
      artifacts: Object.fromEntries([
        ...outputs.flatMap(([name, port]) =>
          port.kind === "artifact"
            ? [[name, {
              artifacts: [{ name, type: typed(port.schema), uri: `${root}/${name}`, metadata: {} }],
            }]]
            : []
        ),
        ["executor-logs", { artifacts: [logs] }],
      ]),
      outputFile: `${scratch}/output_metadata.json`,
    },
  };
}

/** What a step reported. */
export interface Collected {
  readonly parameterValues: Readonly<Record<string, JsonValue>>;
  readonly artifacts: Readonly<Record<string, Required<GivenArtifact>>>;
}

/** Reads the report; a field that the launcher does not know is fatal, as it is there. */
export async function collect(
  input: ReturnType<typeof executorInput>,
  disk: Pick<Disk, "read">,
): Promise<Collected> {
  const text = async (path: string) => new TextDecoder().decode((await disk.read(path))!);
  const { parameterValues, artifacts, ...unknown } = JSON.parse(
    await text(input.outputs.outputFile),
  );
  assert.deepEqual(unknown, {});
  for (const [name, { outputFile }] of Object.entries(input.outputs.parameters)) {
    const value = parameterValues[name];
    const expected = typeof value === "string" ? value : JSON.stringify(value);
    assert.equal(await text(outputFile), expected, `the file of parameter ${name}`);
  }
  assert.deepEqual(
    Object.keys(parameterValues).sort(),
    Object.keys(input.outputs.parameters).sort(),
  );
  const reported = Object.entries<{ readonly artifacts: readonly Required<GivenArtifact>[] }>(
    artifacts,
  ).map(([name, { artifacts: list, ...unknown }]) => {
    assert.deepEqual(unknown, {});
    assert.equal(list.length, 1);
    const { uri, metadata, ...rest } = list[0]!;
    assert.deepEqual(rest, { name });
    return [name, { uri, metadata }] as const;
  });
  return { parameterValues, artifacts: Object.fromEntries(reported) };
}
