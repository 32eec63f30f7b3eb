/**
 * Where KServe fetches a model from.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

const SCHEMES = ["s3", "gs", "pvc", "hf", "oci", "https"];

/**
 * An artifact's URI as KServe takes it: Kubeflow's `minio://` is `s3://` there.
 *
 * @throws {UsageError} when pods can't fetch from it, such as a folder of this machine.
 */
export function servingUri(uri: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/([^?#]+)/s.exec(uri) ?? [];
  if (scheme === "minio") return `s3://${rest}`;
  if (scheme !== undefined && SCHEMES.includes(scheme)) return `${scheme}://${rest}`;
  const why = scheme === "file" || scheme === undefined
    ? "pods can't see this machine's folders: keep artifacts in S3 (set MINIO_ENDPOINT, " +
      "MINIO_ACCESS_KEY and MINIO_SECRET_KEY), and run again"
    : `KServe fetches from ${SCHEMES.map((known) => `${known}://`).join(", ")} only`;
  throw new UsageError(`Cannot serve ${shown(uri)} with KServe: ${why}`);
}

/** Without a query, which may hold a login. */
function shown(uri: string): string {
  return uri.replace(/[?#].*/s, "").replace(/\/\/[^/@]*@/, "//…@");
}
