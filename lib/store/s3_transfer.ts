/**
 * Single objects of any bucket, for servers that hand out `s3://` addresses.
 *
 * @module
 */
import { DataError, UsageError } from "../base/errors.ts";
import type { ArtifactTransfer } from "../pipeline/artifact_transfer.ts";
import { S3Bucket } from "./s3_bucket.ts";
import { S3Connection, type S3ConnectionOptions } from "./s3_connection.ts";
import { hasCode } from "./s3_failure.ts";
import { uploadS3 } from "./s3_upload.ts";

/** How objects are moved. */
export interface S3TransferOptions extends S3ConnectionOptions {
  /** How many parts of an object are on their way at the same time, of 5 MiB each. @default {4} */
  readonly concurrency?: number;
}

interface Waiting {
  readonly signal?: AbortSignal;
}

/**
 * Moves objects to and from one S3 server by `s3://bucket/name`. A name is taken as it is: nothing
 * in it is escaped. Failures are those of {@linkcode s3Store}.
 */
export function s3Transfer(options: S3TransferOptions): ArtifactTransfer {
  const connection = new S3Connection(options);
  const { concurrency = 4 } = options;
  const placeOf = (uri: string) => {
    const [, bucket, name] = uri.match(/^s3:\/\/([^/]+)\/?(.*)$/s) ?? [];
    if (bucket !== undefined) return { bucket: new S3Bucket(connection, bucket), name: name! };
    throw new UsageError(`Cannot use ${JSON.stringify(uri)} as the address of an S3 object`);
  };
  return {
    scheme: "s3",
    async put(uri, source, { signal }: Waiting = {}) {
      signal?.throwIfAborted();
      const { bucket, name } = placeOf(uri);
      await uploadS3(bucket, name, source.open(), { size: source.size, concurrency, signal });
    },
    async get(uri, { signal }: Waiting = {}) {
      signal?.throwIfAborted();
      const { bucket, name } = placeOf(uri);
      const chunks = bucket.read(name, { signal });
      try {
        const first = await chunks.next(); // so that a missing object is told at once
        return ReadableStream.from(continued(first, chunks));
      } catch (error) {
        if (!hasCode(error, "NoSuchKey", "NoSuchBucket")) throw error;
        throw new DataError(`Cannot read ${uri} as there is no such object`);
      }
    },
    async *list(uri, { signal }: Waiting = {}) {
      signal?.throwIfAborted();
      const { bucket, name } = placeOf(uri);
      const folder = name === "" || name.endsWith("/") ? name : `${name}/`;
      for await (const entry of bucket.list(folder, { deep: false, signal })) {
        if (entry.name === folder) continue; // some programs mark folders with an empty object
        const isFolder = entry.changedAt === null;
        yield {
          uri: `s3://${bucket.name}/${entry.name.replace(/\/$/, "")}`,
          size: isFolder ? null : entry.size,
          isFolder,
        };
      }
    },
    async remove(uri, { signal }: Waiting = {}) {
      signal?.throwIfAborted();
      const { bucket, name } = placeOf(uri);
      await bucket.remove(name, { signal });
    },
  };
}

async function* continued<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void>) {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}
