/**
 * One attempt at one request, with time limits and errors that can be read.
 *
 * @module
 */
import { unescape } from "node:querystring";
import { concatBytes } from "./bytes.ts";
import type { Host } from "./host.ts";
import { HttpError, type HttpFailure, isHttpUrl, safeUrl, withoutSecrets } from "./http_error.ts";
import { networkReason, statusReason } from "./http_reason.ts";
import { TimeLimits } from "./time_limits.ts";

/** The part of a {@linkcode Host} that requests need. */
export type HttpHost = Pick<Host, "now" | "sleep" | "fetch" | "randomSeed">;

/** How long one attempt may take. `Infinity` is no limit. */
export interface HttpLimits {
  /** Until the server begins to answer; from the last byte on when a stream is sent. @default {30_000} */
  readonly answerTimeoutMs?: number;
  /** The longest silence within its answer, or while it takes a stream. @default {30_000} */
  readonly idleTimeoutMs?: number;
  /** Everything, to the answer's last byte. @default {Infinity} */
  readonly timeoutMs?: number;
}

/** What a request is. */
export interface OpenOptions extends HttpLimits {
  /** The machine to ask from. */
  readonly host: HttpHost;
  /** The HTTP method. @default {"GET"} */
  readonly method?: string;
  /** Headers of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What to send; a function opens it anew for every attempt. */
  readonly body?:
    | string
    | Uint8Array<ArrayBuffer>
    | (() => ReadableStream<Uint8Array<ArrayBuffer>>);
  /** Whether an attempt may send it only once: it must not be done twice. @default {false} */
  readonly once?: boolean;
  /** Gives the request up, with its reason. */
  readonly signal?: AbortSignal;
}

/** A server's answer whose body is still on its way: read `chunks`, or {@linkcode discard} it. */
export interface HttpAnswer {
  /** 200 to 299. */
  readonly status: number;
  /** Headers of the answer. */
  readonly headers: Headers;
  /**
   * The body, piece by piece.
   *
   * @throws {HttpError} when the connection breaks or a time limit is over.
   */
  readonly chunks: AsyncIterableIterator<Uint8Array<ArrayBuffer>>;
}

const MAX_ERROR_BODY_BYTES = 8 << 10; // room for any error in JSON; a stack trace is cut

/**
 * One attempt at one request, up to the answer's headers.
 *
 * @throws {HttpError} when there is no 2xx answer.
 */
export async function openHttp(url: string | URL, options: OpenOptions): Promise<HttpAnswer> {
  const { answerTimeoutMs = 30_000, idleTimeoutMs = 30_000, timeoutMs = Infinity } = options;
  const { host, method = "GET", body: source = null, once = false } = options;
  const failed = failureOf(url, method);
  if (!isHttpUrl(url)) throw failed("it is no http or https URL");
  const target = new URL(url);
  const headers = new Headers(options.headers);
  moveCredentials(target, headers);

  const limits = new TimeLimits(host, (reason) => failed(reason, { retryable: true }));
  const signal = AbortSignal.any([limits.signal, ...(options.signal ? [options.signal] : [])]);
  limits.limitWhole(timeoutMs);
  limits.limitSilence(answerTimeoutMs, "no answer within");
  const body = typeof source === "function"
    ? ReadableStream.from(limitSending(source(), { limits, answerTimeoutMs, idleTimeoutMs }))
    : source;
  let response: Response;
  try {
    response = await host.fetch(target, { method, headers, body, signal, once });
  } catch (error) {
    limits.stop();
    signal.throwIfAborted();
    throw failed(networkReason(error), { retryable: isNetworkFailure(error) });
  }
  limits.limitSilence(idleTimeoutMs, "nothing came for");
  const chunks = readBody(response, { limits, idleTimeoutMs, signal, failed });
  if (response.ok) return { status: response.status, headers: response.headers, chunks };

  const text = withoutSecrets(await beginningOf(chunks), new URL(url), headers);
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), host.now());
  throw failed(statusReason(response, text, retryAfterMs), {
    status: response.status,
    body: text,
    retryable: isPassing(response.status),
    retryAfterMs,
  });
}

/** Reads an answer's first chunk and drops the rest: an answer nobody wants must not stay open. */
export async function discard({ chunks }: HttpAnswer): Promise<void> {
  for await (const _ of chunks) break;
}

async function* readBody(
  response: Response,
  { limits, idleTimeoutMs, signal, failed }: {
    readonly limits: TimeLimits;
    readonly idleTimeoutMs: number;
    readonly signal: AbortSignal;
    readonly failed: ReturnType<typeof failureOf>;
  },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      limits.endSilence();
      size += chunk.length;
      yield chunk;
      limits.limitSilence(idleTimeoutMs, "nothing came for");
    }
  } catch {
    signal.throwIfAborted();
    throw failed(`the connection broke off after ${size} bytes`, { retryable: true });
  } finally {
    limits.stop();
  }
}

/** Passes a body on; the server's silences are limited, those of the body are not. */
async function* limitSending(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { limits, answerTimeoutMs, idleTimeoutMs }: {
    readonly limits: TimeLimits;
    readonly answerTimeoutMs: number;
    readonly idleTimeoutMs: number;
  },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  limits.endSilence();
  try {
    for await (const chunk of body) {
      limits.limitSilence(idleTimeoutMs, "nothing was taken for");
      yield chunk;
      limits.endSilence();
    }
  } catch (error) {
    limits.abort(error); // fetch would tell of it as of a failure of the network
    throw error;
  }
  limits.limitSilence(answerTimeoutMs, "no answer within");
}

/** Makes the errors of one request. */
export function failureOf(
  url: string | URL,
  method = "GET",
): (reason: string, known?: Partial<HttpFailure>) => HttpError {
  return (reason, known = {}) =>
    new HttpError({
      method,
      url: safeUrl(url),
      reason,
      status: null,
      body: "",
      retryable: false,
      retryAfterMs: null,
      ...known,
    });
}

/** `fetch` would let a URL's credentials win over a header, and repeat them in its errors. */
function moveCredentials(url: URL, headers: Headers): void {
  if (url.username !== "" && !headers.has("authorization")) {
    const credentials = `${unescape(url.username)}:${unescape(url.password)}`;
    headers.set("authorization", `Basic ${new TextEncoder().encode(credentials).toBase64()}`);
  }
  url.username = url.password = "";
}

async function beginningOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= MAX_ERROR_BODY_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error; // the caller gave up
  }
  return new TextDecoder().decode(concatBytes(parts).subarray(0, MAX_ERROR_BODY_BYTES));
}

/** Too early, too many, or broken for now. */
function isPassing(status: number): boolean {
  return [408, 425, 429, 500, 502, 503, 504].includes(status);
}

/** `fetch` rejects with a TypeError for whatever the network did; other errors are the program's own. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError;
}

/** Seconds, or a date. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
