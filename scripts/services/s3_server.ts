/**
 * What all S3 servers have in common.
 *
 * @module
 */
import { Client } from "minio";
import type { RealServer } from "./real_server.ts";

/** Who may do everything on an S3 server. */
export interface S3Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What clients of an S3 server need. */
export interface S3Access extends S3Keys {
  /** Without a last `/`. */
  readonly url: string;
  readonly region: string;
}

/** A real S3 server, which has no bucket yet. */
export type S3Server = RealServer & S3Access;

/** Keys that nobody chose, so that a test can look for them where they must not be. */
export function newKeys(): S3Keys {
  const hex = () => crypto.randomUUID().replaceAll("-", "");
  return { accessKey: `digits${hex().slice(0, 14)}`, secretKey: hex() };
}

/** Makes a bucket, unless it is there. */
export async function makeBucket(s3: S3Access, bucket: string): Promise<void> {
  const { hostname, port } = new URL(s3.url);
  const { accessKey, secretKey, region } = s3;
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey,
    secretKey,
    region,
  });
  if (!await client.bucketExists(bucket)) await client.makeBucket(bucket, region);
}

/** What boto3, and with it MLflow, reads. */
export function s3Environment(s3: S3Access): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_S3: s3.url,
    MLFLOW_S3_ENDPOINT_URL: s3.url,
    AWS_ACCESS_KEY_ID: s3.accessKey,
    AWS_SECRET_ACCESS_KEY: s3.secretKey,
    AWS_DEFAULT_REGION: s3.region,
  };
}
