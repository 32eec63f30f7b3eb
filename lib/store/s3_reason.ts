/**
 * Says why an S3 server can't be used, and what to do. Pure.
 *
 * @module
 */
import { UnavailableError, UsageError } from "../base/errors.ts";
import type { S3Endpoint } from "./s3_endpoint.ts";
import { isTlsTrouble, type S3Failure } from "./s3_failure.ts";

/** What a request was about. */
export interface S3Subject {
  /** What could not be done. */
  readonly verb: "store" | "read" | "list" | "remove";
  readonly bucket: string;
  readonly endpoint: S3Endpoint;
}

const RIGHTS = "s3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject and " +
  "s3:AbortMultipartUpload on what is in it";

/** Reasons that other settings or rights would mend, by S3's code. */
const SETTINGS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: "the server does not know the access key: check MINIO_ACCESS_KEY",
  SignatureDoesNotMatch: "the secret key does not belong to the access key: check MINIO_SECRET_KEY",
  AccessDenied: `the access key lacks a right: give it ${RIGHTS}`,
  AllAccessDisabled: "that bucket is shut off: choose another one (MINIO_BUCKET)",
  AccountProblem: "the server refuses that account: ask whoever runs it",
  ExpiredToken: "the session token has expired: get new temporary keys",
  InvalidToken: "the session token is not valid: get new temporary keys",
  InvalidTokenId: "the session token is not valid: get new temporary keys",
  XMinioInvalidIAMCredentials: "the access key is not valid: check MINIO_ACCESS_KEY",
  InvalidBucketName: "the server refuses the bucket's name: choose another one (MINIO_BUCKET)",
  BucketAlreadyExists: "the bucket belongs to somebody else: choose another name (MINIO_BUCKET)",
  TooManyBuckets: "the account has too many buckets: name an existing one (MINIO_BUCKET)",
  InvalidRegion: "the server does not know that region: check MINIO_REGION",
  IllegalLocationConstraintException:
    "buckets are not made in that region there: check MINIO_REGION",
  NotImplemented: "the server lacks something that is needed, most likely conditional writes " +
    "(If-None-Match): use AWS S3, or a newer release of the server",
};

/** Reasons that settings have no part in, by S3's code. */
const TROUBLES: Readonly<Record<string, string>> = {
  RequestTimeTooSkewed: "this machine's clock and the server's differ by more than 15 minutes: " +
    "set the clock",
  XMinioStorageFull: "the server's disk is full: free some space there",
  XMinioQuotaExceeded: "the bucket's share of the disk is used up: free some space in it",
  XMinioAdminBucketQuotaExceeded: "the bucket's share of the disk is used up: free some space",
  QuotaExceeded: "the bucket's share of the disk is used up: free some space in it",
  NoSuchUpload: "somebody has ended that upload before it was done: run again",
  NoSuchBucket: "there is no such bucket: make it, or check MINIO_BUCKET",
};

/** The one sentence for a request that is given up. Nothing secret is in it. */
export function s3Error(failure: S3Failure, { verb, bucket, endpoint }: S3Subject): Error {
  const what = `Cannot ${verb} artifacts in s3://${bucket} at ${endpoint.url} as`;
  const settings = settingsReason(failure, endpoint);
  if (settings !== undefined) return new UsageError(`${what} ${settings}`);
  return new UnavailableError(`${what} ${TROUBLES[failure.code] ?? otherReason(failure)}`);
}

/** Why it does not go well for now, in a few words. */
export function briefReason({ code, status, reason }: S3Failure): string {
  if (status === null) return reason;
  return code === "" ? `status ${status}` : `${code}, status ${status}`;
}

function settingsReason(failure: S3Failure, endpoint: S3Endpoint): string | undefined {
  const { code, status, reason, region, body } = failure;
  if (isTlsTrouble(reason)) {
    return /certificate/.test(reason)
      ? `its certificate is not trusted (${reason}): name the file with the certificate of its ` +
        `authority in DENO_CERT`
      : `it does not speak TLS: give the endpoint as ${endpoint.url.replace("https:", "http:")}`;
  }
  if (status === 400 && /HTTPS server|HTTPS port/.test(body)) {
    return `it speaks nothing but TLS: give the endpoint as ${
      endpoint.url.replace("http:", "https:")
    }`;
  }
  if (region !== undefined && /Region|AuthorizationHeaderMalformed|Redirect/.test(code)) {
    return `the bucket is in the region ${region}: set MINIO_REGION to it`;
  }
  if (/Redirect/.test(code) || [301, 307, 308].includes(status ?? 0)) {
    return "it sends requests elsewhere: set MINIO_REGION to the bucket's, or check MINIO_ENDPOINT";
  }
  if (code === "AuthorizationHeaderMalformed") {
    return "the server takes requests for another region: set MINIO_REGION to it";
  }
  if (status !== null && status < 500 && code === "") {
    return `what answers there is no S3 server (${reason}): check MINIO_ENDPOINT`;
  }
  return Object.hasOwn(SETTINGS, code) ? SETTINGS[code] : undefined;
}

function otherReason({ code, says, status, reason }: S3Failure): string {
  if (status === null) {
    return /dns error/.test(reason)
      ? "no server of that name is known: check MINIO_ENDPOINT"
      : `it does not answer (${reason}): start it, or check MINIO_ENDPOINT`;
  }
  if (code === "") return `it is not well (${reason}): look at its log`;
  return `it answers ${code}${says === "" ? "" : `: ${says}`} (status ${status})`;
}
