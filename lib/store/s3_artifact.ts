/**
 * One artifact in a bucket: a manifest, and the files that it names.
 *
 * @module
 */
import { BusyError } from "../base/errors.ts";
import type { SourceFiles } from "../pipeline/artifact_store.ts";
import { digestManifest } from "../pipeline/digest_files.ts";
import { checkSource } from "../pipeline/source_files.ts";
import { forEachParallel } from "../pipeline/for_each_parallel.ts";
import type { S3Bucket, S3Waiting } from "./s3_bucket.ts";
import { hasCode } from "./s3_failure.ts";
import { fileAt, folderAt, manifestAt } from "./s3_layout.ts";
import { encodeS3Manifest, parseS3Manifest, type S3Manifest } from "./s3_manifest.ts";
import { SMALLEST_PART_BYTES, uploadS3 } from "./s3_upload.ts";

/** A manifest that was found. */
export interface FoundManifest {
  /** `undefined` when it is damaged. */
  readonly manifest: S3Manifest | undefined;
  /** Tells it from those that may take its place. */
  readonly etag: string;
}

/** How files are sent. */
export interface SendOptions {
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly onSent: (bytes: number) => void;
}

/** The artifact that a key has, or may have. */
export class S3Artifact {
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #key: string;

  /** Asks the server for nothing yet. */
  constructor(bucket: S3Bucket, prefix: string, key: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#key = key;
  }

  /** Its manifest; `undefined` when there is no such artifact. */
  async find(waiting: S3Waiting): Promise<FoundManifest | undefined> {
    const object = await this.#bucket.find(manifestAt(this.#prefix, this.#key), waiting);
    return object && { manifest: parseS3Manifest(object.bytes), etag: object.etag };
  }

  /** What its manifest says, if all files have the sizes it says. */
  async inspect(
    found: FoundManifest | undefined,
    waiting: S3Waiting,
  ): Promise<{ size: number; sha256: string } | undefined> {
    if (found?.manifest === undefined) return undefined;
    const { folder, files } = found.manifest;
    const sizes = new Map<string, number>();
    const below = folderAt(this.#prefix, this.#key, folder);
    for await (const { name, size } of this.#bucket.list(below, { ...waiting, deep: true })) {
      sizes.set(name, size);
    }
    const isThere = (name: string) => sizes.get(this.#at(folder, name)) === files[name]!.size;
    return Object.keys(files).every(isThere) ? digestManifest(files) : undefined;
  }

  /** The bytes of one file. */
  read(
    folder: string,
    file: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    return this.#bucket.read(this.#at(folder, file), { signal });
  }

  /** Sends the files to a new folder, which nobody looks into yet; removes them if that fails. */
  async send(
    files: SourceFiles,
    { folder, files: manifest }: S3Manifest,
    { concurrency, signal, onSent }: SendOptions,
  ): Promise<void> {
    const isSmall = (name: string) => manifest[name]!.size < SMALLEST_PART_BYTES;
    const names = Object.keys(files);
    const send = async (name: string, stop: AbortSignal | undefined) => {
      const digest = manifest[name]!;
      const chunks = checkSource(name, files[name]!, digest, stop);
      await uploadS3(this.#bucket, this.#at(folder, name), chunks, {
        size: digest.size,
        concurrency,
        signal: stop,
        onSent,
      });
    };
    try {
      // Large files one by one, as their parts are sent at the same time.
      await forEachParallel(names.filter(isSmall), concurrency, async (name, failed) => {
        await send(name, signal ? AbortSignal.any([signal, failed]) : failed);
      });
      for (const name of names.filter((name) => !isSmall(name))) await send(name, signal);
    } catch (error) {
      await this.drop({ folder, files: manifest });
      throw error;
    }
  }

  /**
   * Writes the manifest, and with it the artifact is there: unless there is one already.
   * @param before what was found in its place; it was damaged.
   * @throws {BusyError} when the one that is there has other files.
   */
  async publish(
    manifest: S3Manifest,
    before: FoundManifest | undefined,
    { uri, signal }: { readonly uri: string; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const { sha256 } = digestManifest(manifest.files);
    const bytes = encodeS3Manifest(manifest);
    const asked: S3Waiting = { verb: "store", signal };
    let found = before;
    for (let triesLeft = 5; triesLeft > 0; triesLeft--) {
      const conditions: Record<string, string> = found
        ? { "if-match": found.etag }
        : { "if-none-match": "*" };
      try {
        const name = manifestAt(this.#prefix, this.#key);
        const contentType = "application/json";
        return await this.#bucket.write(name, bytes, { signal, conditions, contentType });
      } catch (error) {
        if (!hasCode(error, "PreconditionFailed", "NoSuchKey")) throw error;
      }
      found = await this.find(asked);
      // It is ours where the answer to an attempt before was lost on its way.
      if (found?.manifest?.folder === manifest.folder) return;
      const other = await this.inspect(found, asked);
      if (other === undefined) continue;
      await this.drop(manifest);
      if (other.sha256 === sha256) return;
      throw anotherOne(uri);
    }
    await this.drop(manifest);
    throw new BusyError(`Cannot store artifact ${uri} as others store and remove it all the time`);
  }

  /** Removes the manifest: the artifact is not there any more. */
  async hide(waiting: S3Waiting): Promise<void> {
    await this.#bucket.remove(manifestAt(this.#prefix, this.#key), waiting);
  }

  /** Removes files that no manifest names. What can't be removed now is swept another time. */
  async drop({ folder, files }: S3Manifest): Promise<void> {
    try {
      await forEachParallel(
        Object.keys(files),
        4,
        (name) => this.#bucket.remove(this.#at(folder, name), { once: true }),
      );
    } catch {
      // The server is away.
    }
  }

  #at(folder: string, file: string): string {
    return fileAt(this.#prefix, this.#key, folder, file);
  }
}

/** What to throw where a key is taken. */
export function anotherOne(uri: string): BusyError {
  return new BusyError(`Cannot store artifact ${uri} as another one has that key`);
}
