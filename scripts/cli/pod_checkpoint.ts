/**
 * Half-done work of a step in a pod, which its next pod goes on with.
 *
 * @module
 */
import { messageOf } from "../../lib/base/errors.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import { type StoreCheckpoint, storeCheckpoint } from "../../lib/pipeline/store_checkpoint.ts";

/** Keeps nothing. */
export const noCheckpoint: StoreCheckpoint = {
  load: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/**
 * Keeps half-done work in a store that may be away: then a step goes on without, and says so.
 */
export function podCheckpoint(
  store: ArtifactStore,
  folder: string,
  notice: (sentence: string) => void,
): StoreCheckpoint {
  const kept = storeCheckpoint(store, folder);
  async function orNothing<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      notice(`Cannot ${what} half-done work: ${messageOf(error)}`);
      return undefined;
    }
  }
  return {
    load: () => orNothing("read", () => kept.load()),
    save: (files) => orNothing("keep", () => kept.save(files)),
    clear: () => orNothing("remove", () => kept.clear()),
  };
}
