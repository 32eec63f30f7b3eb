/**
 * Where an artifact of Kubeflow's is in the pod. Pure.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { DataError } from "../../base/errors.ts";
import type { RuntimeArtifact } from "./executor_input.ts";

/** Where the launcher puts what has these URIs. */
const MOUNTS: Readonly<Record<string, string>> = { s3: "/s3/", minio: "/minio/", gs: "/gcs/" };

/** The volume that a pipeline's pods share, where it has one. */
const WORKSPACE = "/kfp-workspace/.artifacts";

/**
 * The artifact's file or folder: `s3://bucket/key` is at `/s3/bucket/key`. A plain path, as
 * kfp.local has it, stays itself.
 * @throws {DataError} when the launcher does not bring such URIs into pods.
 */
export function localPath({ uri, customPath, metadata }: RuntimeArtifact): string {
  if (customPath !== undefined) return customPath;
  const path = mountedPath(uri);
  return metadata["_kfp_workspace"] === true ? WORKSPACE + path : path;
}

function mountedPath(uri: string): string {
  const [, scheme, rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(uri) ?? [];
  if (scheme === undefined && uri !== "") return uri;
  const mount = scheme !== undefined && Object.hasOwn(MOUNTS, scheme) ? MOUNTS[scheme] : undefined;
  if (mount !== undefined && rest !== "") return mount + rest;
  if (scheme === "oci") return `/oci/${rest.replaceAll("/", "_")}/models`;
  if (scheme === "file" && URL.canParse(uri)) return fileURLToPath(uri);
  throw new DataError(
    `Cannot find the artifact ${JSON.stringify(uri)} in this pod: Kubeflow brings what s3://, ` +
      "minio:// and gs:// name",
  );
}
