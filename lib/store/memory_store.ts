/**
 * An artifact store that lasts as long as the process.
 *
 * @module
 */
import { BusyError, DataError } from "../base/errors.ts";
import type { ArtifactInfo, ArtifactStore, Files } from "../pipeline/artifact_store.ts";
import { checkKey } from "../pipeline/check_key.ts";
import { describeFiles, digestManifest } from "../pipeline/digest_files.ts";

const scheme = "memory:";

/** Keeps artifacts in memory. For tests, and for notebooks that leave nothing behind. */
export function memoryStore(): ArtifactStore {
  const kept = new Map<string, { readonly info: ArtifactInfo; readonly files: Files }>();
  const uriOf = (key: string): string => scheme + checkKey(key);
  return {
    uri: uriOf,
    put: (key, files, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        const uri = uriOf(key);
        const info = { uri, ...digestManifest(describeFiles(files)) };
        const known = kept.get(uri);
        if (known !== undefined && known.info.sha256 !== info.sha256) {
          throw new BusyError(`Cannot store artifact ${uri} as another one has that key`);
        }
        kept.set(uri, { info, files: copy(files) });
        return info;
      }),
    get: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        const known = kept.get(uri);
        if (known === undefined) {
          throw new DataError(`Cannot read artifact ${uri} as there is none of that name`);
        }
        return copy(known.files);
      }),
    info: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        return kept.get(uri)?.info;
      }),
    async *list(prefix, { signal } = {}) {
      const uris = [...kept.keys()].filter((uri) => uri.startsWith(scheme + prefix)).sort();
      for (const uri of uris) {
        signal?.throwIfAborted();
        const known = kept.get(uri);
        if (known !== undefined) yield known.info;
      }
    },
    remove: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        kept.delete(uri);
      }),
  };
}

/** What is stored never changes, whoever writes into the arrays that were given or got. */
function copy(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.slice()]));
}
