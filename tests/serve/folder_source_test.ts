import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError } from "../../lib/base/errors.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { folderSources } from "../../lib/serve/folder_source.ts";
import type { ModelFiles } from "../../lib/serve/model_folder.ts";
import type { VersionSource } from "../../lib/serve/version_source.ts";
import { sumPredictor } from "./fake_predictor.ts";

const signal = new AbortController().signal;

/** A folder with these files, each holding its text. */
async function folderOf(files: Record<string, string>) {
  const folder = await Deno.makeTempDir();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  return {
    folder,
    write,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function sourcesOf(folder: string, name?: string): Promise<readonly VersionSource[]> {
  return await folderSources(folder, {
    host: localHost({ cacheFolder: "" }),
    open: ({ onnx }: ModelFiles, { name, version }) =>
      Promise.resolve({
        predictor: sumPredictor({
          name,
          version,
          classNames: [new TextDecoder().decode(onnx)],
        }),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    ...(name !== undefined && { name }),
  });
}

/** The name, the versions and the latest one's content of every model in it. */
async function found(folder: string, name?: string): Promise<unknown> {
  const sources = await sourcesOf(folder, name);
  return await Promise.all(sources.map(async (source) => {
    const { versions, latest } = await source.current({ signal });
    const { predictor } = await source.open(latest!, { signal });
    assert.deepEqual([predictor.name, predictor.version], [source.name, latest]);
    return [source.name, versions.map(({ version }) => version), predictor.classNames[0]];
  }));
}

Deno.test("folderSources() finds a lone model.onnx, as KServe mounts it", async () => {
  await using made = await folderOf({ "model.onnx": "it" });
  assert.deepEqual(await found(made.folder, "digits"), [["digits", ["1"], "it"]]);
  const [, name] = /([^/]+)$/.exec(made.folder)!;
  assert.deepEqual(await found(`${made.folder}/`), [[name, ["1"], "it"]]);
});

Deno.test("folderSources() finds version folders and takes the highest number, as Triton does", async () => {
  await using made = await folderOf({
    "2/model.onnx": "two",
    "10/model.onnx": "ten",
    "9/readme": "no model",
    "08/model.onnx": "no number",
    "x/model.onnx": "no number",
  });
  assert.deepEqual(await found(made.folder, "digits"), [["digits", ["2", "10"], "ten"]]);
});

Deno.test("folderSources() finds several models, or the one that is named", async () => {
  await using made = await folderOf({
    "a/1/model.onnx": "a",
    "b/model.onnx": "b",
    "c/notes": "",
    "config.json": "",
    ".git/model.onnx": "hidden",
  });
  assert.deepEqual(await found(made.folder), [["a", ["1"], "a"], ["b", ["1"], "b"]]);
  assert.deepEqual(await found(made.folder, "b"), [["b", ["1"], "b"]]);
  await assert.rejects(
    sourcesOf(made.folder, "z"),
    new DataError(
      `Cannot serve from ${made.folder}: it has the models a, b, none of them called z`,
    ),
  );
});

Deno.test("folderSources() finds the ONNX file that MLflow's MLmodel names", async () => {
  const mlmodel = (data: string) => `flavors:\n  onnx:\n    data: ${data}\n    onnx_version: 1\n`;
  await using made = await folderOf({ MLmodel: mlmodel("net.onnx"), "net.onnx": "it" });
  assert.deepEqual(await found(made.folder, "digits"), [["digits", ["1"], "it"]]);
  for (const path of ["../net.onnx", "/etc/passwd", "a/../../b"]) {
    await made.write("MLmodel", mlmodel(path));
    await assert.rejects(
      sourcesOf(made.folder, "digits"),
      new DataError(
        `Cannot find the model in ${made.folder} as its MLmodel names no ONNX file`,
      ),
    );
  }
});

Deno.test("folderSources() says when there is nothing to serve", async () => {
  await using made = await folderOf({ "readme.txt": "hello" });
  const refuses = (folder: string, reason: string) =>
    assert.rejects(sourcesOf(folder), new DataError(`Cannot serve from ${folder}: ${reason}`));
  await refuses(made.folder, "it has no model.onnx, and no folder that has one");
  await refuses(`${made.folder}/none`, "there is no such folder");
});

Deno.test("a model folder's revision changes with its file, and new versions are seen", async () => {
  await using made = await folderOf({ "a/model.onnx": "one", "b/1/model.onnx": "one" });
  const [a, b] = await sourcesOf(made.folder);
  const before = await a!.current({ signal });
  assert.deepEqual(await a!.current({ signal }), before);
  await made.write("a/model.onnx", "two");
  assert.notDeepEqual(await a!.current({ signal }), before);
  await made.write("b/2/model.onnx", "two");
  assert.equal((await b!.current({ signal })).latest, "2");
});

Deno.test("a model folder with a damaged model.json is refused", async () => {
  await using made = await folderOf({ "model.onnx": "it", "model.json": "{" });
  const [source] = await sourcesOf(made.folder, "digits");
  await assert.rejects(source!.open("1", { signal }), DataError);
});
