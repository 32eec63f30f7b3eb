import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { encodeJson } from "../../lib/base/bytes.ts";
import { BusyError, DataError, UnavailableError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import type { ArtifactStore } from "../../lib/pipeline/mod.ts";
import { folderStore } from "../../lib/store/folder_store.ts";
import { dieAt } from "./dying_disk.ts";
import { testStore } from "./store_contract.ts";
import { fuzzCount } from "../fuzz_count.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A folder for one test. */
async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "digits store " }); // a space, as URIs escape it
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

testStore("folderStore()", async () => {
  const folder = await temporary();
  const store = folderStore(join(folder.path, "made/when/needed"));
  return { store, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

/** Every file below a folder but lock files, by relative path. */
async function filesBelow(root: string, folder = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = join(folder, name);
    found.push(...isDirectory ? await filesBelow(root, path) : [path]);
  }
  return found.sort();
}

Deno.test("folderStore() keeps files where people find them, with sizes and hashes", async () => {
  await using folder = await temporary();
  const store = folderStore(folder.path);
  const { uri } = await store.put("steps/train/model", { "model.onnx": bytes("abc") });
  await store.put("steps/report", { "": bytes("<html>") });
  ok(uri.startsWith("file:///"));
  deepStrictEqual(await filesBelow(folder.path), [
    "steps/report/file",
    "steps/report/manifest.json",
    "steps/train/model/files/model.onnx",
    "steps/train/model/manifest.json",
  ]);
  deepStrictEqual(
    JSON.parse(await Deno.readTextFile(join(folder.path, "steps/train/model/manifest.json"))),
    {
      schemaVersion: 1,
      files: {
        "model.onnx": {
          size: 3,
          sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        },
      },
    },
  );
});

Deno.test("folderStore() finds what another one stored, and both speak of it alike", async () => {
  await using folder = await temporary();
  const { uri } = await folderStore(folder.path).put("a", { "": bytes("a") });
  const again = folderStore(`${folder.path}/`);
  strictEqual(again.uri("a"), uri);
  deepStrictEqual(await again.get(uri), { "": bytes("a") });
});

Deno.test("folderStore() does not put one artifact into another, where it would be lost with it", async () => {
  await using folder = await temporary();
  const store = folderStore(folder.path);
  await store.put("a/b", { "": bytes("b") });
  await rejects(store.put("a", { "": bytes("a") }), /^BusyError: .* as there are others within it/);
  await rejects(
    store.put("a/b/c", { "": bytes("c") }),
    /^BusyError: .* as it would be within .*\/a\/b/,
  );
  await rejects(store.put("a/b/files/c/d", { "": bytes("c") }), BusyError);
  deepStrictEqual(await store.get(store.uri("a/b")), { "": bytes("b") });
});

Deno.test("folderStore() leaves no empty folders behind", async () => {
  await using folder = await temporary();
  const store = folderStore(folder.path);
  await store.put("a/b/c", { "": bytes("c") });
  const { uri } = await store.put("a/b/d/e", { "": bytes("e") });
  await store.remove(uri);
  deepStrictEqual(Array.from(Deno.readDirSync(join(folder.path, "a/b")), ({ name }) => name), [
    "c",
  ]);
  await store.remove(store.uri("a/b/c"));
  deepStrictEqual(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), [".writing"]);
});

const model = { "model.onnx": bytes("network"), "model.json": bytes("{}") };

const damages: [what: string, damage: (folder: string) => Promise<void>, seen: boolean][] = [
  ["a shorter file", (folder) => Deno.truncate(join(folder, "files/model.onnx"), 3), true],
  ["a missing file", (folder) => Deno.remove(join(folder, "files/model.json")), true],
  [
    "another byte",
    (folder) => Deno.writeFile(join(folder, "files/model.onnx"), bytes("netwerk")),
    false,
  ],
  [
    "no manifest that can be read",
    (folder) => Deno.truncate(join(folder, "manifest.json"), 9),
    true,
  ],
  ["an empty manifest", (folder) => Deno.truncate(join(folder, "manifest.json")), true],
  [
    "a manifest that leads elsewhere",
    (folder) => {
      const file = { size: 0, sha256: "0".repeat(64) };
      const manifest = encodeJson({ schemaVersion: 1, files: { "../../../etc/passwd": file } });
      return Deno.writeFile(join(folder, "manifest.json"), manifest);
    },
    true,
  ],
];
for (const [what, damage, seen] of damages) {
  Deno.test(`folderStore() refuses an artifact with ${what}, and takes it anew`, async () => {
    await using folder = await temporary();
    const store = folderStore(folder.path);
    const info = await store.put("steps/model", model);
    const place = join(folder.path, "steps/model");
    await damage(place);
    await rejects(store.get(info.uri), (error: Error) => {
      ok(error instanceof DataError);
      ok(error.message.startsWith(`Cannot read artifact ${place} as its `));
      ok(error.message.endsWith(`is not what was stored: remove that folder and run again`));
      return true;
    });
    // A changed byte is seen only by reading, which info() does not.
    deepStrictEqual(await store.info(info.uri), seen ? undefined : info);
    deepStrictEqual((await Array.fromAsync(store.list(""))).length, seen ? 0 : 1);
    if (!seen) await store.remove(info.uri);
    await store.put("steps/model", model);
    deepStrictEqual(await store.get(info.uri), model);
  });
}

Deno.test("folderStore() never crashes on random bytes for a manifest", async () => {
  await using folder = await temporary();
  const store = folderStore(folder.path);
  const { uri } = await store.put("a", model);
  const path = join(folder.path, "a/manifest.json");
  const whole = await Deno.readFile(path);
  const random = new Random(1);
  for (let i = 0; i < fuzzCount(300); i++) {
    await Deno.writeFile(
      path,
      i % 2 === 0
        ? Uint8Array.from({ length: random.integer(80) }, () => random.integer(256))
        : whole.map((byte) => random.integer(60) === 0 ? random.integer(256) : byte),
    );
    const info = await store.info(uri);
    const files = await store.get(uri).catch((error) => error);
    if (files instanceof Error) ok(files instanceof DataError, String(files));
    else ok(info);
  }
});

Deno.test("folderStore() names the folder when the disk refuses", async () => {
  await using folder = await temporary();
  const root = join(folder.path, "a/file/store");
  await Deno.mkdir(join(folder.path, "a"));
  await Deno.writeTextFile(join(folder.path, "a/file"), "");
  await rejects(
    folderStore(root).put("x", { "": bytes("") }),
    new UnavailableError(
      `Cannot store artifacts in ${root} as a part of that path is a file: choose another folder`,
    ),
  );
});

Deno.test("folderStore() sweeps what a killed writer left, and nothing that is being written", async () => {
  await using folder = await temporary();
  const writing = join(folder.path, ".writing");
  const leave = async (name: string) => {
    await Deno.mkdir(join(writing, name), { recursive: true });
    await Deno.writeTextFile(join(writing, name, "half"), "half");
    return await Deno.open(join(writing, `${name}.lock`), { create: true, write: true });
  };
  (await leave("killed")).close();
  using alive = await leave("alive");
  await alive.lock(true);
  await Deno.writeTextFile(join(writing, "notes.txt"), "not ours");
  await folderStore(folder.path).put("a", { "": bytes("a") });
  deepStrictEqual(await filesBelow(writing), ["alive.lock", "alive/half", "notes.txt"]);
});

const jobs: [what: string, prepare: (old: string) => Promise<void>, work: Work][] = [
  ["storing", () => Promise.resolve(), (store) => store.put("a/new", model)],
  [
    "replacing a damaged artifact",
    (old) => Deno.truncate(join(old, "manifest.json")),
    (store) => store.put("a/old", model),
  ],
  ["removing", () => Promise.resolve(), (store) => store.remove(store.uri("a/old"))],
];
type Work = (store: ArtifactStore) => Promise<unknown>;

for (const [what, prepare, work] of jobs) {
  Deno.test(`folderStore() has an artifact whole or not at all, wherever its process dies while ${what}`, async () => {
    for (let diesAt = 1, died = true; died; diesAt++) {
      await using folder = await temporary();
      const root = folder.path;
      await folderStore(root).put("a/old", model);
      await prepare(join(root, "a/old"));
      ({ died } = await dieAt(diesAt, () => work(folderStore(root))));
      const after = folderStore(root);
      for await (const { uri } of after.list("")) deepStrictEqual(await after.get(uri), model);
      // The same again does it, and nothing is left over.
      await work(after);
      await after.put("another", { "": bytes("") });
      const left = (await filesBelow(root)).filter((path) => path.startsWith(".writing"));
      deepStrictEqual(left, [], `died at ${diesAt}`);
    }
  });
}
