/**
 * Where artifacts live between steps.
 *
 * @module
 */

/** File names, relative and `/`-separated, to their bytes. `""` names a lone file. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A file that need not fit into memory, whose bytes can be read more than once. A `Blob` is one. */
export interface FileSource {
  /** Opens it anew, at its beginning. */
  stream(): ReadableStream<Uint8Array>;
}

/** Like {@linkcode Files}, but a file may be one that is read while it is stored. */
export type SourceFiles = Readonly<Record<string, Uint8Array | FileSource>>;

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
   * Stores the files under `key`, all or nothing. The same files again are fine. A
   * {@linkcode FileSource} is read twice: for its hash, and to be stored.
   * @throws {BusyError} when other files are stored under that key already.
   * @throws {DataError} when a source gives other bytes the second time.
   * @throws {TypeError} when the key or a file's name can't be used.
   */
  put(
    key: string,
    files: SourceFiles,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ArtifactInfo>;
  /**
   * Reads the files back and checks their hashes.
   * @throws {DataError} when there is no such artifact, or it is not what was stored.
   */
  get(uri: ArtifactUri, options?: { readonly signal?: AbortSignal }): Promise<Files>;
  /**
   * One file as a stream, which fails at its end when the bytes were not those that were
   * stored: trust them only then.
   * @throws {DataError} when there is no such file.
   */
  open(
    uri: ArtifactUri,
    file: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
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
  /**
   * Where its files lie under their own names, for programs that read the storage themselves,
   * such as a model server.
   * @throws {DataError} when there is no such artifact.
   */
  filesUri(
    uri: ArtifactUri,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ArtifactUri>;
  /** Forgets an artifact; nothing happens when it is missing. */
  remove(uri: ArtifactUri, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** The URI that `key` has in this store, whether or not there is an artifact. */
  uri(key: string): ArtifactUri;
}
