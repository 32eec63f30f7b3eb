/**
 * `fetch` with time limits, bounded retries and errors that can be read.
 *
 * @module
 */
import { concatBytes } from "./bytes.ts";
import type { HttpError } from "./http_error.ts";
import { failureOf, openHttp, type OpenOptions } from "./open_http.ts";
import { retryHttp } from "./retry.ts";

/** What a request is, and how stubborn. */
export interface HttpOptions extends OpenOptions {
  /** Tries in all. @default {4}, but 1 for POST and PATCH: those may not be repeatable */
  readonly attempts?: number;
  /**
   * Whether a request that failed so may be sent again.
   * @default {() => true}
   */
  readonly mayRepeat?: (error: HttpError) => boolean;
  /** A longer answer is refused. @default {64 MiB} */
  readonly maxBytes?: number;
}

/**
 * One request, whose whole answer is read; tried again, after a growing and
 * partly random wait, where that may help. A `Retry-After` of up to a minute is
 * obeyed.
 *
 * @throws {HttpError} when no attempt gave a 2xx answer.
 */
export async function fetchHttp(url: string | URL, options: HttpOptions): Promise<Response> {
  const { method = "GET", maxBytes = 64 << 20 } = options;
  const { attempts = method === "POST" || method === "PATCH" ? 1 : 4 } = options;
  return await retryHttp(async () => {
    const { status, headers, chunks } = await openHttp(url, options);
    const body = concatBytes(await collect(url, chunks, { method, maxBytes }));
    return new Response(body.length === 0 ? null : body, { status, headers });
  }, { ...options, attempts });
}

async function collect(
  url: string | URL,
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { method, maxBytes }: { readonly method: string; readonly maxBytes: number },
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) {
      throw failureOf(url, method)(`the answer is longer than ${maxBytes} bytes`);
    }
    parts.push(chunk);
  }
  return parts;
}
