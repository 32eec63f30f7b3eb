import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import type { ArtifactStore } from "../../lib/pipeline/mod.ts";
import { storeCheckpoint } from "../../lib/pipeline/store_checkpoint.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";

const folder = "checkpoints/key/train";
const files = (epoch: number) => ({ "state.bin": Uint8Array.of(epoch) });
const keys = async (store: ArtifactStore) =>
  (await Array.fromAsync(store.list(""))).map(({ uri }) => uri.slice("memory:".length));

Deno.test("storeCheckpoint() keeps only what was saved last", async () => {
  const store = memoryStore();
  const checkpoint = storeCheckpoint(store, folder);
  strictEqual(await checkpoint.load(), undefined);
  for (let epoch = 1; epoch <= 12; epoch++) await checkpoint.save(files(epoch));
  deepStrictEqual(await checkpoint.load(), files(12));
  deepStrictEqual(await keys(store), [`${folder}/00000012`]);
});

Deno.test("storeCheckpoint() goes on where another process stopped", async () => {
  const store = memoryStore();
  await storeCheckpoint(store, folder).save(files(9));
  const checkpoint = storeCheckpoint(store, folder);
  deepStrictEqual(await checkpoint.load(), files(9));
  await checkpoint.save(files(10));
  deepStrictEqual(await storeCheckpoint(store, folder).load(), files(10));
});

Deno.test("storeCheckpoint() keeps out of the way of others, whose names may begin alike", async () => {
  const store = memoryStore();
  await storeCheckpoint(store, `${folder}-again`).save(files(1));
  const checkpoint = storeCheckpoint(store, folder);
  strictEqual(await checkpoint.load(), undefined);
  await checkpoint.save(files(2));
  await checkpoint.clear();
  strictEqual(await checkpoint.load(), undefined);
  deepStrictEqual(await keys(store), [`${folder}-again/00000001`]);
});

Deno.test("storeCheckpoint() falls back on the one before when the newest is damaged", async () => {
  const store = memoryStore();
  await store.put(`${folder}/00000001`, files(1));
  await store.put(`${folder}/00000002`, files(2));
  const failing = (error: Error): ArtifactStore => ({
    ...store,
    get: (uri) => uri.endsWith("2") ? Promise.reject(error) : store.get(uri),
  });
  const damaged = failing(new DataError("damaged"));
  deepStrictEqual(await storeCheckpoint(damaged, folder).load(), files(1));
  const down = failing(new UnavailableError("no network"));
  await rejects(storeCheckpoint(down, folder).load(), UnavailableError);
});
