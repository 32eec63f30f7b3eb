/**
 * What the S3 parts of the library are told.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import type { S3Settings } from "../../lib/config.ts";
import type { S3ConnectionOptions } from "../../lib/store/s3_connection.ts";

/** The settings, with this machine. */
export function s3Options(settings: S3Settings, host: Host): S3ConnectionOptions {
  const { endpoint, accessKey, secretKey, sessionToken, region, pathStyle } = settings;
  return {
    endpoint,
    accessKey,
    secretKey,
    pathStyle,
    host,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(region !== undefined && { region }),
  };
}
