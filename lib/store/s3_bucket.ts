/**
 * The objects of one bucket.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { concatBytes } from "../base/bytes.ts";
import { UsageError } from "../base/errors.ts";
import type { S3Connection, S3Request } from "./s3_connection.ts";
import { hasCode } from "./s3_failure.ts";

/** One object, or, where a listing stops at `/`, one folder. */
export interface S3Entry {
  /** Its whole name; that of a folder ends with `/`. */
  readonly name: string;
  /** In bytes; 0 for a folder. */
  readonly size: number;
  /** Milliseconds since 1970; null for a folder. */
  readonly changedAt: number | null;
}

/** A small object, whole. */
export interface S3Object {
  readonly bytes: Uint8Array;
  /** Tells this version of it from others. */
  readonly etag: string;
}

/** What a request is for, and how long it may take. @default verb that of the method */
export type S3Waiting = Partial<Pick<S3Request, "verb" | "signal" | "once">>;

/** Reads, writes, lists and removes objects by name. The bucket is made when it is first written to. */
export class S3Bucket {
  /** Its name. */
  readonly name: string;
  /** The server it is on. */
  readonly connection: S3Connection;

  /** @throws {UsageError} when no bucket can have that name. */
  constructor(connection: S3Connection, name: string) {
    this.connection = connection;
    this.name = checkBucketName(name);
  }

  /** A small object; `undefined` when there is none. */
  async find(name: string, waiting: S3Waiting = {}): Promise<S3Object | undefined> {
    try {
      return await this.connection.request(
        { verb: "read", ...waiting, bucket: this.name },
        async (client) => {
          const response = await client.getObject(this.name, name);
          const bytes = concatBytes(await Array.fromAsync<Uint8Array>(response));
          return { bytes, etag: etagOf(response) };
        },
      );
    } catch (error) {
      if (hasCode(error, "NoSuchKey", "NoSuchBucket")) return undefined;
      throw error;
    }
  }

  /**
   * The bytes of an object, piece by piece, going on where a connection broke.
   * @throws {S3Failure} `NoSuchKey` or `NoSuchBucket` when there is none.
   */
  async *read(
    name: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const request: S3Request = { verb: "read", bucket: this.name, signal };
    const patience = this.connection.patience(request);
    for (let at = 0;;) {
      const response = await this.#open(name, at, request);
      if (response === undefined) return;
      try {
        for await (const chunk of response as AsyncIterable<Uint8Array<ArrayBuffer>>) {
          at += chunk.length;
          patience.reset();
          yield chunk;
        }
        return;
      } catch (error) {
        signal?.throwIfAborted();
        await patience.wait(this.connection.failureOf(error));
      }
    }
  }

  /**
   * Writes an object in one request.
   * @param options.conditions `if-none-match: *`: there must be no such object yet; `if-match`:
   * it must have this etag.
   * @throws {S3Failure} `PreconditionFailed` when a condition does not hold.
   */
  async write(
    name: string,
    bytes: Uint8Array,
    { conditions = {}, contentType, ...waiting }: S3Waiting & {
      readonly conditions?: Readonly<Record<string, string>>;
      readonly contentType?: string;
    } = {},
  ): Promise<void> {
    const body = bufferOf(bytes);
    const headers = { ...conditions, ...(contentType && { "content-type": contentType }) };
    await this.connection.request(
      { verb: "store", ...waiting, bucket: this.name, makesBucket: true },
      (client) => client.putObject(this.name, name, body, body.length, headers),
    );
  }

  /** What is below a prefix, by name; without `deep`, what is behind a further `/` as folders. */
  async *list(
    prefix: string,
    { deep, ...waiting }: S3Waiting & { readonly deep: boolean },
  ): AsyncGenerator<S3Entry> {
    for (let token: string | undefined = ""; token !== undefined;) {
      const after: string = token;
      const page = await this.#page(prefix, { deep, after, ...waiting });
      const entries = (page?.objects ?? []).map(
        ({ name, prefix: folder, size, lastModified }) => ({
          name: (name ?? folder)!,
          size,
          changedAt: lastModified?.getTime() ?? null,
        }),
      );
      yield* entries.sort((a, b) => a.name < b.name ? -1 : 1); // folders come last
      token = page?.isTruncated ? page.nextContinuationToken : undefined;
    }
  }

  /** Removes an object; nothing happens when it is missing. */
  async remove(name: string, waiting: S3Waiting = {}): Promise<void> {
    try {
      await this.connection.request(
        { verb: "remove", ...waiting, bucket: this.name },
        (client) => client.removeObject(this.name, name),
      );
    } catch (error) {
      if (!hasCode(error, "NoSuchKey", "NoSuchBucket")) throw error;
    }
  }

  /** Nothing where there are no more bytes: a connection may break behind the last one. */
  async #open(name: string, from: number, request: S3Request): Promise<Readable | undefined> {
    try {
      return await this.connection.request(
        request,
        (client) => client.getPartialObject(this.name, name, from),
      );
    } catch (error) {
      if (hasCode(error, "InvalidRange")) return undefined;
      throw error;
    }
  }

  async #page(
    prefix: string,
    { deep, after, ...waiting }: S3Waiting & { readonly deep: boolean; readonly after: string },
  ) {
    try {
      return await this.connection.request(
        { verb: "list", ...waiting, bucket: this.name },
        (client) => client.listObjectsV2Query(this.name, prefix, after, deep ? "" : "/", 1_000, ""),
      );
    } catch (error) {
      if (hasCode(error, "NoSuchBucket")) return undefined;
      throw error;
    }
  }
}

/** The same bytes, as minio-js wants them. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checkBucketName(name: string): string {
  const usable = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (usable) return name;
  throw new UsageError(
    `Cannot use ${JSON.stringify(name)} as the name of a bucket: give 3 to 63 lower-case ` +
      `letters, digits, "-" and "." (MINIO_BUCKET)`,
  );
}

/** minio-js hands out the response itself. */
function etagOf(response: Readable): string {
  const headers = "headers" in response ? response.headers : undefined;
  return String((headers as Record<string, string> | undefined)?.["etag"] ?? "");
}
