/**
 * Where artifacts live between steps.
 *
 * @module
 */

/** File names, relative and `/`-separated, to their bytes. `""` names a lone file. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** Names one stored artifact for good: `memory:…`, `file:///…`, `s3://…`. */
export type ArtifactUri = string;

/** What a store knows of an artifact without reading it. */
export interface ArtifactInfo {
  /** Where it is. */
  readonly uri: ArtifactUri;
  /** Bytes of all its files. */
  readonly size: number;
  /** Decided by the names and bytes of its files alone ({@linkcode digestFiles}). */
  readonly sha256: string;
}

/**
 * Keeps artifacts: named sets of files that are written once, whole, and never
 * change. Every implementation passes the same contract suite.
 *
 * Keys are `/`-separated names of letters, digits, `_`, `-` and `.`
 * ({@linkcode checkKey}), and leaves: no artifact's key is a folder of another's.
 */
export interface ArtifactStore {
  /**
   * Stores the files under `key`, all or nothing. The same files again are fine.
   * @throws {BusyError} when other files are stored under that key already.
   * @throws {TypeError} when the key or a file's name can't be used.
   */
  put(
    key: string,
    files: Files,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ArtifactInfo>;
  /**
   * Reads the files back and checks their hashes.
   * @throws {DataError} when there is no such artifact, or it is not what was stored.
   */
  get(uri: ArtifactUri, options?: { readonly signal?: AbortSignal }): Promise<Files>;
  /** What is known without reading the files; `undefined` when there is no such artifact. */
  info(
    uri: ArtifactUri,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ArtifactInfo | undefined>;
  /** Every artifact whose key starts with `prefix`, by key. */
  list(
    prefix: string,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterable<ArtifactInfo>;
  /** Forgets an artifact; nothing happens when it is missing. */
  remove(uri: ArtifactUri, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** The URI that `key` has in this store, whether or not there is an artifact. */
  uri(key: string): ArtifactUri;
}
