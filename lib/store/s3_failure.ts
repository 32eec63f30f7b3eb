/**
 * What an S3 server answers when it does not do what it was asked. Pure.
 *
 * @module
 */
import { HttpError } from "../base/http_error.ts";

/** S3's own codes for what may go well a moment later, whatever their HTTP status is. */
const PASSING = new Set([
  "BadDigest", // the bytes were changed on their way
  "ConditionalRequestConflict",
  "IncompleteBody",
  "InternalError",
  "OperationAborted",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
  "XAmzContentSHA256Mismatch",
  "XMinioServerNotInitialized",
]);

/** A failed S3 request with the code of S3's own error, `""` when there is none. */
export class S3Failure extends HttpError {
  override name = "S3Failure";
  /** Such as `NoSuchKey`. */
  readonly code: string;
  /** The server's sentence about it. */
  readonly says: string;
  /** The region that the server wants requests to be signed for, where it says so. */
  readonly region: string | undefined;

  /** Reads what is known from the answer's body. */
  constructor(error: HttpError) {
    const { method, url, reason, status, body, retryable, retryAfterMs } = error;
    const code = tagIn(body, "Code") ?? "";
    super({
      method,
      url,
      reason,
      status,
      body,
      retryable: (retryable || PASSING.has(code)) && !isTlsTrouble(reason),
      retryAfterMs,
    });
    this.code = code;
    this.says = tagIn(body, "Message") ?? "";
    this.region = tagIn(body, "Region");
  }
}

/** Whether an error is S3's answer with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is S3Failure {
  return error instanceof S3Failure && codes.includes(error.code);
}

/** Whether a connection failed in a way that another attempt can't mend. */
export function isTlsTrouble(reason: string): boolean {
  return /certificate|corrupt message|InvalidContentType/.test(reason);
}

function tagIn(body: string, tag: string): string | undefined {
  const text = body.match(new RegExp(`<${tag}>([^<]*)</${tag}>`))?.[1];
  return text === "" ? undefined : text;
}
