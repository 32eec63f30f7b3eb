/**
 * Moves single files to and from storage that a URI names, such as `s3://bucket/key`.
 *
 * @module
 */

/** Bytes to send. */
export interface TransferSource {
  /** In bytes; null when that is not known before the end. */
  readonly size: number | null;
  /** Whether `open` may be called again, to send it once more after a failure. */
  readonly repeatable: boolean;
  /** Opens it at its beginning. */
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A file or folder below a URI. */
export interface TransferEntry {
  /** Its URI. */
  readonly uri: string;
  /** In bytes; null for a folder. */
  readonly size: number | null;
  /** Otherwise it is a file. */
  readonly isFolder: boolean;
}

/** Storage that is reached directly, without the server that named the URI. */
export interface ArtifactTransfer {
  /** What its URIs begin with, without the colon, such as `s3`. */
  readonly scheme: string;
  /** Writes a file, in place of one that is there. It is there whole, or not at all. */
  put(
    uri: string,
    source: TransferSource,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  /**
   * Opens a file.
   * @throws {DataError} when there is no such file.
   */
  get(
    uri: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** What is directly in a folder; nothing when there is no such folder. */
  list(uri: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<TransferEntry>;
  /** Removes a file; nothing happens when it is missing. */
  remove(uri: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
