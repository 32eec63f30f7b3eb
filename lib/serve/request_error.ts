/**
 * A request that can't be answered as it should be.
 *
 * @module
 */

/** Says what is wrong with a request, to whoever sent it. */
export class RequestError extends Error {
  override name = "RequestError";
  /** The HTTP status of the answer. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 503 | 504;
  /** Header fields of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RequestError["status"],
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
