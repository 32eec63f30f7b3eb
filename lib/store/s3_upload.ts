/**
 * Sends an object that need not fit into memory.
 *
 * minio-js would send one part after another, let an error of the source end the process, and
 * go on with an unfinished upload of the same name, whoever is at it.
 *
 * @module
 */
import { concatBytes } from "../base/bytes.ts";
import { forEachParallel } from "../pipeline/for_each_parallel.ts";
import type { S3Request } from "./s3_connection.ts";
import { bufferOf, type S3Bucket } from "./s3_bucket.ts";
import { hasCode } from "./s3_failure.ts";

/** How an object is sent. */
export interface S3UploadOptions {
  /** In bytes, where it is known: an object above 50 GB needs larger parts. */
  readonly size: number | null;
  /** How many parts are on their way, and in memory, at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of the bytes of every part that has arrived. */
  readonly onSent?: (bytes: number) => void;
}

interface Part {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface SentPart {
  readonly part: number;
  readonly etag: string;
  readonly size: number;
}

/** S3 takes no smaller parts but the last, and memory should stay small. */
export const SMALLEST_PART_BYTES = 5 << 20;
const MAX_PARTS = 10_000;

/**
 * Writes an object from its chunks, in place of one that is there. It appears whole, or not
 * at all.
 */
export async function uploadS3(
  bucket: S3Bucket,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  options: S3UploadOptions,
): Promise<void> {
  const { size, signal, onSent = () => {} } = options;
  const send = async (bytes: Uint8Array) => {
    await bucket.write(name, bytes, { signal });
    onSent(bytes.length);
  };
  if (size !== null && size < SMALLEST_PART_BYTES) {
    return await send(concatBytes(await Array.fromAsync(chunks)));
  }
  const partSize = Math.max(SMALLEST_PART_BYTES, Math.ceil((size ?? 0) / MAX_PARTS));
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const parts = cutParts(chunks, partSize, spare);
  try {
    const { value: first = { number: 1, bytes: new Uint8Array() } } = await parts.next();
    if (first.bytes.length < partSize) return await send(first.bytes);
    await uploadParts(bucket, name, startingWith(first, parts), { ...options, onSent, spare });
  } finally {
    await parts.return();
  }
}

async function uploadParts(
  bucketOf: S3Bucket,
  name: string,
  parts: AsyncIterable<Part>,
  { concurrency, signal, onSent, spare }: S3UploadOptions & {
    readonly onSent: (bytes: number) => void;
    readonly spare: Uint8Array<ArrayBuffer>[];
  },
): Promise<void> {
  const { connection, name: bucket } = bucketOf;
  const request: S3Request = { verb: "store", bucket, signal };
  const uploadID = await connection.request(
    { ...request, makesBucket: true },
    (client) => client.initiateNewMultipartUpload(bucket, name, {}),
  );
  const sent: SentPart[] = [];
  try {
    await forEachParallel(parts, concurrency, async ({ number, bytes }, failed) => {
      const { etag } = await connection.request(
        { ...request, signal: signal ? AbortSignal.any([signal, failed]) : failed },
        (client) => {
          const part = { bucketName: bucket, objectName: name, uploadID, partNumber: number };
          return client.uploadPart({ ...part, headers: {} }, bufferOf(bytes));
        },
      );
      sent.push({ part: number, etag, size: bytes.length });
      spare.push(bytes);
      onSent(bytes.length);
    });
    sent.sort((a, b) => a.part - b.part);
    await complete(bucketOf, { name, uploadID, sent, signal });
  } catch (error) {
    await connection.request(
      { verb: "store", bucket, once: true },
      (client) => client.abortMultipartUpload(bucket, name, uploadID),
    ).catch(() => {}); // the server sweeps it, or sweep() does
    throw error;
  }
}

/** Makes the object of its parts. */
async function complete(
  bucket: S3Bucket,
  { name, uploadID, sent, signal }: {
    readonly name: string;
    readonly uploadID: string;
    readonly sent: readonly SentPart[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const size = sent.reduce((sum, part) => sum + part.size, 0);
  await bucket.connection.request(
    { verb: "store", bucket: bucket.name, signal },
    async (client) => {
      try {
        await client.completeMultipartUpload(bucket.name, name, uploadID, [...sent]);
      } catch (error) {
        const failure = bucket.connection.failureOf(error);
        // It may have been done before, and the answer lost: fetch, too, sends it again then.
        const mayBeDone = hasCode(failure, "NoSuchUpload");
        if (!mayBeDone || !await hasSize(bucket, name, size)) throw failure;
      }
    },
  );
}

async function hasSize(bucket: S3Bucket, name: string, size: number): Promise<boolean> {
  for await (const entry of bucket.list(name, { deep: true })) {
    return entry.name === name && entry.size === size;
  }
  return false;
}

/**
 * Cuts chunks of any sizes into parts of one size; the last may be smaller.
 * @param spare buffers that are taken again: the garbage collector would come too late for them.
 */
async function* cutParts(
  chunks: AsyncIterable<Uint8Array>,
  partSize: number,
  spare: Uint8Array<ArrayBuffer>[],
): AsyncGenerator<Part, void> {
  let number = 1;
  let bytes = new Uint8Array(partSize);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + partSize - filled);
      bytes.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled < partSize) continue;
      yield { number: number++, bytes };
      bytes = spare.pop() ?? new Uint8Array(partSize);
      filled = 0;
    }
  }
  if (filled > 0) yield { number, bytes: bytes.subarray(0, filled) };
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
