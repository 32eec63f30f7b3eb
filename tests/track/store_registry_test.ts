import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { BusyError, UnavailableError } from "../../lib/base/errors.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import { folderStore } from "../../lib/store/folder_store.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { storeRegistry } from "../../lib/track/store_registry.ts";
import { testRegistry } from "./registry_contract.ts";
import { testSharedRegistry } from "./shared_registry.ts";

const nothing = () => Promise.resolve();
const bytes = (text: string) => new TextEncoder().encode(text);
const options = { runId: "", tags: {} };

/** A store in a folder that is removed in the end. */
async function folder(): Promise<AsyncDisposable & { readonly store: ArtifactStore }> {
  const path = await Deno.makeTempDir();
  return {
    store: folderStore(path),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

testRegistry("storeRegistry() in memory", (clock) =>
  Promise.resolve({
    registry: storeRegistry(memoryStore(), clock),
    [Symbol.asyncDispose]: nothing,
  }));

testRegistry("storeRegistry() in a folder", async (clock) => {
  const { store, [Symbol.asyncDispose]: dispose } = await folder();
  return { registry: storeRegistry(store, clock), [Symbol.asyncDispose]: dispose };
});

testSharedRegistry(
  "storeRegistry() in memory",
  () => Promise.resolve({ store: memoryStore(), [Symbol.asyncDispose]: nothing }),
);

testSharedRegistry("storeRegistry() in a folder", folder);

Deno.test("storeRegistry() makes a version whole again whose files are gone", async () => {
  const store = memoryStore();
  const registry = storeRegistry(store);
  const files = { "": bytes("1") };
  const made = await registry.register("m", files, options);
  await store.remove(made.uri);
  strictEqual(await registry.find("m", made.sha256), undefined);
  await rejects(registry.files(made), /^DataError: Cannot read version 1 .* files are missing/);
  deepStrictEqual(await registry.register("m", files, options), made);
  deepStrictEqual(await registry.files(made), files);
});

Deno.test("storeRegistry() passes over the files of who died before the version was recorded", async () => {
  const store = memoryStore();
  await store.put("registry/m/versions/1", { "": bytes("half") });
  const registry = storeRegistry(store);
  deepStrictEqual(await registry.versions("m"), []);
  strictEqual((await registry.register("m", { "": bytes("other") }, options)).version, 2);
  const late = await storeRegistry(store).register("n", { "": bytes("half") }, options);
  strictEqual(late.version, 1);
});

Deno.test("storeRegistry() asks for an event once", async () => {
  const store = memoryStore();
  const writer = storeRegistry(store);
  for (let i = 0; i < 20; i++) await writer.register("m", { "": bytes(`${i}`) }, options);
  const asked: string[] = [];
  const reader = storeRegistry({
    ...store,
    get: (uri, options) => {
      asked.push(uri);
      return store.get(uri, options);
    },
  });
  for (let i = 0; i < 3; i++) strictEqual((await reader.versions("m")).length, 20);
  strictEqual(asked.length, 20);
  strictEqual(new Set(asked).size, 20);
});

Deno.test("storeRegistry() hands on that the store is away, and gives up where it can't win", async () => {
  const store = memoryStore();
  const failing = (error: Error) => storeRegistry({ ...store, put: () => Promise.reject(error) });
  await rejects(
    failing(new UnavailableError("Cannot reach it")).register("m", {}, options),
    /^UnavailableError: Cannot reach it$/,
  );
  const lost = await failing(new BusyError("taken")).register("m", {}, options)
    .catch((error) => error);
  ok(lost instanceof BusyError);
  strictEqual(
    lost.message,
    'Cannot change model "m" as others change it all the time: try again later',
  );
});
