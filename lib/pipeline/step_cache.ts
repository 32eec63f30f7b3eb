/**
 * Results of steps, to be taken instead of running the same step again.
 *
 * @module
 */
import { BusyError, DataError } from "../base/errors.ts";
import { encodeJson } from "../base/bytes.ts";
import type { ArtifactStore } from "./artifact_store.ts";
import { parseStepResult, type StepResult } from "./step_result.ts";

/** Keeps what steps gave, by a key that holds everything that decides it. */
export interface StepCache {
  /** What was kept last under `key`; `undefined` when nothing, or it can't be read any more. */
  get(
    key: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<StepResult | undefined>;
  /** Keeps a result, all or nothing, instead of what was there. */
  set(
    key: string,
    result: StepResult,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
}

/** A cache that lasts as long as the process. */
export function memoryStepCache(): StepCache {
  const kept = new Map<string, StepResult>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set(key, result) {
      kept.set(key, result);
      return Promise.resolve();
    },
  };
}

const file = "step.json";

/** A cache in an artifact store, as `cache/<key>`: whoever shares the store shares it. */
export function storeStepCache(store: ArtifactStore): StepCache {
  const keyOf = (key: string) => `cache/${key}`;
  return {
    async get(key, options) {
      try {
        const files = await store.get(store.uri(keyOf(key)), options);
        return parseStepResult(files[file]);
      } catch (error) {
        if (error instanceof DataError) return undefined;
        throw error;
      }
    },
    async set(key, result, options) {
      const files = { [file]: encodeJson({ schemaVersion: 1, result }) };
      try {
        await store.put(keyOf(key), files, options);
      } catch (error) {
        if (!(error instanceof BusyError)) throw error;
        await store.remove(store.uri(keyOf(key)), options);
        await store.put(keyOf(key), files, options);
      }
    },
  };
}
