/**
 * The files of runs and logged models.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";
import { UsageError } from "../../base/errors.ts";
import type { ArtifactTransfer } from "../../pipeline/artifact_transfer.ts";
import { type ArtifactContent, toSource } from "./artifact_content.ts";
import { checkArtifactPath, joinPath, schemeOf } from "./artifact_path.ts";
import { checkDownload, type Expected } from "./check_download.ts";
import type { CallOptions } from "./mlflow_http.ts";

/** A file or folder of a run or logged model. */
export interface ArtifactEntry {
  /** From the root. */
  readonly path: string;
  /** Otherwise it is a file. */
  readonly isFolder: boolean;
  /** In bytes; null for a folder. */
  readonly size: number | null;
}

/** What a download must be; checked at its end. */
export interface DownloadOptions extends CallOptions, Expected {}

/**
 * The files of runs and logged models. A root is the `artifactUri` of a run or logged model, or
 * what `registry.downloadUri` gives; a path is relative to it, `/`-separated.
 */
export class Artifacts {
  readonly #transfers: readonly ArtifactTransfer[];

  /** Asks nothing yet. Each transfer reaches the roots of one scheme. */
  constructor(transfers: readonly ArtifactTransfer[]) {
    this.#transfers = transfers;
  }

  /**
   * Stores a file, in place of one that is there. Memory stays flat whatever its size.
   *
   * @throws {TypeError} when MLflow can't have such a path.
   * @throws {UsageError} when nothing reaches the root.
   */
  async upload(
    root: string,
    path: string,
    content: ArtifactContent,
    { signal }: CallOptions = {},
  ): Promise<void> {
    checkArtifactPath(path);
    const transfer = this.#reach(root);
    await transfer.put(joinPath(root, path), toSource(content), signal && { signal });
  }

  /**
   * Opens a file. Through the server, a connection that breaks is resumed where that is possible.
   *
   * @throws {DataError} when there is no such file; in the stream, when it is not as expected.
   * @throws {UsageError} when nothing reaches the root.
   */
  async download(
    root: string,
    path: string,
    { signal, ...expected }: DownloadOptions = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    checkArtifactPath(path);
    const uri = joinPath(root, path);
    const stream = await this.#reach(root).get(uri, signal && { signal });
    return ReadableStream.from(checkDownload(stream, uri, expected));
  }

  /**
   * A whole file.
   *
   * @throws {DataError} when there is no such file, or it is not as expected.
   */
  async read(
    root: string,
    path: string,
    options?: DownloadOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return concatBytes(await Array.fromAsync(await this.download(root, path, options)));
  }

  /**
   * What is directly in a folder; nothing when there is no such folder.
   *
   * @param folder the root itself when empty
   */
  async *list(
    root: string,
    folder = "",
    { signal }: CallOptions = {},
  ): AsyncGenerator<ArtifactEntry, void> {
    if (folder !== "") checkArtifactPath(folder);
    const uri = joinPath(root, folder);
    for await (const entry of this.#reach(root).list(uri, signal && { signal })) {
      const { size, isFolder } = entry;
      yield { path: joinPath(folder, entry.uri.slice(uri.length + 1)), size, isFolder };
    }
  }

  /** Every file below a folder, whatever the depth. */
  async *walk(
    root: string,
    folder = "",
    options?: CallOptions,
  ): AsyncGenerator<ArtifactEntry, void> {
    for await (const entry of this.list(root, folder, options)) {
      if (entry.isFolder) yield* this.walk(root, entry.path, options);
      else yield entry;
    }
  }

  /** Removes a file; nothing happens when it is missing. */
  async delete(root: string, path: string, { signal }: CallOptions = {}): Promise<void> {
    checkArtifactPath(path);
    await this.#reach(root).remove(joinPath(root, path), signal && { signal });
  }

  #reach(root: string): ArtifactTransfer {
    const scheme = schemeOf(root);
    const transfer = this.#transfers.find((transfer) => transfer.scheme === scheme);
    if (transfer) return transfer;
    const advice = scheme === "s3" ? "set MINIO_ENDPOINT and its keys, or " : "";
    throw new UsageError(
      `Cannot reach the artifacts in ${root}: ${advice}start the MLflow server with ` +
        "--serve-artifacts, and use a new experiment",
    );
  }
}
