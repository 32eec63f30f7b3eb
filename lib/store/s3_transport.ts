/**
 * Sends the requests that minio-js signs.
 *
 * minio-js itself would retry with waits of its own, write to the console, and throw away what
 * a server says of 5xx errors, and it has no time limits and takes no signals.
 *
 * @module
 */
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ClientOptions } from "minio";
import { discard, failureOf, type HttpHost, openHttp } from "../base/open_http.ts";
import { fetchForBodies } from "./fetch_by_node.ts";

/** What takes the place of Node's `http` and `https` in minio-js. */
export type S3Transport = NonNullable<ClientOptions["transport"]>;

/** The part of a request's options that minio-js sets. */
interface SignedRequest {
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Body = string | Uint8Array<ArrayBuffer> | null;

const LARGE_BYTES = 256 << 10; // below it, a copy or two don't matter
const ANSWER_TIMEOUT_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 32; // a line below that is as good as none

/** Sends by `host.fetch`, large bodies by {@linkcode fetchForBodies}; what is no 2xx answer of an S3 server fails with an `HttpError`. */
export function s3Transport(
  { host, signal }: { readonly host: HttpHost; readonly signal: AbortSignal | undefined },
): S3Transport {
  const request = (options: SignedRequest, callback: (response: IncomingMessage) => void) => {
    const events = new EventEmitter();
    const end = (body: Body) => {
      send(options, body, { host, signal })
        .then(callback, (error) => events.emit("error", error));
    };
    return Object.assign(events, { end });
  };
  // minio-js calls it in this way only, with a whole body.
  return { request } as unknown as S3Transport;
}

async function send(
  { protocol, method, path, headers: signed }: SignedRequest,
  body: Body,
  { host, signal }: { readonly host: HttpHost; readonly signal: AbortSignal | undefined },
): Promise<IncomingMessage> {
  const { host: server, "content-length": _, ...headers } = signed; // fetch sets both itself
  const url = `${protocol}//${server}${path}`;
  const size = body?.length ?? 0;
  const isLarge = size >= LARGE_BYTES;
  const answer = await openHttp(url, {
    host: isLarge
      ? {
        now: () => host.now(),
        sleep: (...given) => host.sleep(...given),
        randomSeed: () => host.randomSeed(),
        fetch: fetchForBodies(url, host),
      }
      : host,
    method,
    headers: { ...headers, "accept-encoding": "identity" },
    ...(size > 0 && { body: body! }),
    answerTimeoutMs: ANSWER_TIMEOUT_MS + (isLarge ? size / SLOWEST_BYTES_PER_MS : 0),
    ...(signal && { signal }),
  });
  const type = answer.headers.get("content-type") ?? "";
  if (/^text\/html\b/.test(type) && !answer.headers.has("x-amz-request-id")) {
    await discard(answer);
    throw failureOf(url, method)("it answers with a web page", { status: answer.status });
  }
  const readable = Readable.from(answer.chunks, { objectMode: false });
  const { status: statusCode } = answer;
  const response = { statusCode, headers: Object.fromEntries(answer.headers) };
  return Object.assign(readable, response) as unknown as IncomingMessage;
}
