/**
 * Half-done work of a step, kept in an artifact store.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { ArtifactInfo, ArtifactStore } from "./artifact_store.ts";
import type { Checkpoint } from "./step_context.ts";

/** A checkpoint that can be given up. */
export interface StoreCheckpoint extends Checkpoint {
  /** Forgets everything that was saved. */
  clear(): Promise<void>;
}

/**
 * Keeps each save as an artifact of its own, `<folder>/<number>`, and removes the
 * ones before it: whenever the process dies, the newest whole one counts.
 */
export function storeCheckpoint(store: ArtifactStore, folder: string): StoreCheckpoint {
  const saved = (): Promise<ArtifactInfo[]> => Array.fromAsync(store.list(`${folder}/`));
  const remove = async (old: readonly ArtifactInfo[]): Promise<void> => {
    for (const { uri } of old) await store.remove(uri);
  };
  return {
    async load() {
      for (const { uri } of (await saved()).reverse()) {
        try {
          return await store.get(uri);
        } catch (error) {
          if (!(error instanceof DataError)) throw error; // a damaged one: the one before is better
        }
      }
      return undefined;
    },
    async save(files) {
      const old = await saved();
      const last = old.at(-1)?.uri.match(/(\d+)$/)?.[1] ?? "0";
      // As long as all numbers have eight places, their order is that of their text.
      await store.put(`${folder}/${String(Number(last) + 1).padStart(8, "0")}`, files);
      await remove(old);
    },
    clear: async () => await remove(await saved()),
  };
}
