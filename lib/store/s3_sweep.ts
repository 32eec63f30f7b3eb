/**
 * What is left in a bucket of uploads that never ended.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { S3Artifact } from "./s3_artifact.ts";
import type { S3Bucket } from "./s3_bucket.ts";
import { hasCode } from "./s3_failure.ts";
import { placeOf } from "./s3_layout.ts";

/** What a sweep has removed. */
export interface Swept {
  /** How many. */
  readonly objects: number;
  /** Their size. */
  readonly bytes: number;
}

/** One upload's folder. */
interface Folder {
  readonly key: string;
  readonly folder: string;
  readonly names: string[];
  bytes: number;
  changedAt: number;
}

/** Removes the files that no manifest names and nobody has touched since `before`. */
export async function sweepS3(
  bucket: S3Bucket,
  prefix: string,
  { before, signal }: { readonly before: number; readonly signal: AbortSignal | undefined },
): Promise<Swept> {
  let [objects, bytes] = [0, 0];
  for (const { key, folder, names, ...left } of await oldFolders(bucket, prefix, before, signal)) {
    const found = await new S3Artifact(bucket, prefix, key).find({ signal });
    const isNamed = found !== undefined && found.manifest?.folder === folder;
    const isDamaged = found !== undefined && found.manifest === undefined; // it might name any
    if (isNamed || isDamaged) continue;
    for (const name of names) await bucket.remove(name, { signal });
    objects += names.length;
    bytes += left.bytes;
  }
  await abortOldUploads(bucket, prefix, before, signal);
  return { objects, bytes };
}

async function oldFolders(
  bucket: S3Bucket,
  prefix: string,
  before: number,
  signal: AbortSignal | undefined,
): Promise<Folder[]> {
  const folders = new Map<string, Folder>();
  for await (const { name, size, changedAt } of bucket.list(prefix, { deep: true, signal })) {
    const place = placeOf(prefix, name);
    if (place?.kind !== "file") continue;
    const { key, folder } = place;
    const id = `${key}/${folder}`;
    const known = folders.get(id) ?? { key, folder, names: [], bytes: 0, changedAt: 0 };
    folders.set(id, known);
    known.names.push(name);
    known.bytes += size;
    known.changedAt = Math.max(known.changedAt, changedAt ?? 0);
  }
  return [...folders.values()].filter(({ changedAt }) => changedAt < before);
}

/**
 * MinIO lists none here: it ends unfinished uploads by itself, after a day. Who may not list them
 * leaves them to the server, too.
 */
async function abortOldUploads(
  { connection, name: bucket }: S3Bucket,
  prefix: string,
  before: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const { uploads } = await connection.request(
      { verb: "list", bucket, signal },
      (client) => client.listIncompleteUploadsQuery(bucket, prefix, "", "", ""),
    );
    for (const { key, uploadId, initiated } of uploads) {
      if (initiated.getTime() >= before || placeOf(prefix, key)?.kind !== "file") continue;
      await connection.request(
        { verb: "remove", bucket, signal },
        (client) => client.abortMultipartUpload(bucket, key, uploadId),
      );
    }
  } catch (error) {
    if (!hasCode(error, "NoSuchBucket") && !(error instanceof UsageError)) throw error;
  }
}
