/**
 * An artifact store that lasts as long as the process.
 *
 * @module
 */
import { BusyError, DataError } from "../base/errors.ts";
import { concatBytes } from "../base/bytes.ts";
import type {
  ArtifactInfo,
  ArtifactStore,
  Files,
  SourceFiles,
} from "../pipeline/artifact_store.ts";
import { checkKey } from "../pipeline/check_key.ts";
import { digestManifest, type Manifest } from "../pipeline/digest_files.ts";
import { checkSource, describeSources } from "../pipeline/source_files.ts";

const scheme = "memory:";

type KeptFiles = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** Keeps artifacts in memory. For tests, and for notebooks that leave nothing behind. */
export function memoryStore(): ArtifactStore {
  const kept = new Map<string, { readonly info: ArtifactInfo; readonly files: KeptFiles }>();
  const uriOf = (key: string): string => scheme + checkKey(key);
  const find = (uri: string): KeptFiles => {
    const known = kept.get(uri);
    if (known !== undefined) return known.files;
    throw new DataError(`Cannot read artifact ${uri} as there is none of that name`);
  };
  return {
    uri: uriOf,
    async put(key, given, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const uri = uriOf(key);
      const manifest = await describeSources(given, options);
      const files = await collect(given, manifest, signal);
      const info = { uri, ...digestManifest(manifest) };
      const known = kept.get(uri);
      if (known !== undefined && known.info.sha256 !== info.sha256) {
        throw new BusyError(`Cannot store artifact ${uri} as another one has that key`);
      }
      kept.set(uri, { info, files });
      return info;
    },
    get: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        return copy(find(uri));
      }),
    open: (uri, file, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        const files = find(uri);
        if (Object.hasOwn(files, file)) return ReadableStream.from(slicesOf(files[file]!, signal));
        throw new DataError(`Cannot read artifact ${uri} as it has no file "${file}"`);
      }),
    info: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        return kept.get(uri)?.info;
      }),
    filesUri: (uri, { signal } = {}) =>
      Promise.try(() => {
        signal?.throwIfAborted();
        find(uri);
        return uri;
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

async function collect(
  files: SourceFiles,
  manifest: Manifest,
  signal: AbortSignal | undefined,
): Promise<KeptFiles> {
  const kept: [string, Uint8Array<ArrayBuffer>][] = [];
  for (const [name, file] of Object.entries(files)) {
    const chunks = checkSource(name, file, manifest[name]!, signal);
    kept.push([name, concatBytes(await Array.fromAsync(chunks))]);
  }
  return Object.fromEntries(kept);
}

/** What is stored never changes, whoever writes into the arrays that were got. */
function copy(files: KeptFiles): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.slice()]));
}

async function* slicesOf(
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += 65_536) {
    signal?.throwIfAborted();
    yield bytes.slice(at, at + 65_536);
  }
}
