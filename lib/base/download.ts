/**
 * Fetches one file, going on where a broken connection or an earlier run left off.
 *
 * @module
 */
import type { Host } from "./host.ts";
import { HttpError } from "./http_error.ts";
import { discard, failureOf, type HttpLimits, openHttp } from "./open_http.ts";
import { PartialFile } from "./partial_file.ts";
import { waitForRetry } from "./retry.ts";

/** How a file is downloaded. */
export interface DownloadOptions extends HttpLimits {
  /** The machine to download to. */
  readonly host: Host;
  /** Gives the download up; what has come stays for the next run. */
  readonly signal?: AbortSignal;
  /** A longer file is refused. */
  readonly maxBytes: number;
  /** Where a half-finished download is kept for the next run; none is kept without it. */
  readonly partPath?: string;
  /** Tries in a row that bring nothing new. @default {3} */
  readonly attempts?: number;
  /** Bytes so far, and of the whole file where the server says it. */
  readonly progress?: (done: number, total: number | undefined) => void;
}

/** A downloaded file. */
export interface Download {
  /** The whole file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it begins with what an earlier run had left. */
  readonly resumed: boolean;
}

/**
 * The file at a URL. Only what the server marks with a strong `ETag` or a
 * `Last-Modified` is ever resumed, and only while that mark stays the same.
 *
 * @throws {HttpError} when it can't be had.
 */
export async function download(url: string | URL, options: DownloadOptions): Promise<Download> {
  const { host, attempts = 3, signal, partPath } = options;
  const file = await PartialFile.open(url, host.disk, partPath);
  let failures = 0;
  while (true) {
    const before = file.size;
    try {
      await fetchRest(url, file, options);
      await file.remove();
      return { bytes: file.bytes(), resumed: file.resumed };
    } catch (error) {
      await file.save();
      failures = file.size > before ? 1 : failures + 1;
      await waitForRetry(error, failures, { host, attempts, ...(signal && { signal }) });
    }
  }
}

/** One request for all that is still missing. */
async function fetchRest(
  url: string | URL,
  file: PartialFile,
  options: DownloadOptions,
): Promise<void> {
  const { maxBytes, progress } = options;
  const answer = await openRest(url, file, options);
  const total = totalBytes(answer.status, answer.headers);
  for await (const chunk of answer.chunks) {
    if (Math.max(file.size + chunk.length, total ?? 0) > maxBytes) {
      throw failureOf(url)(`the file is longer than the ${maxBytes} bytes that it may have`);
    }
    await file.add(chunk);
    progress?.(file.size, total);
  }
  if (total !== undefined && file.size < total) {
    throw failureOf(url)(`the server sent ${file.size} of ${total} bytes`, { retryable: true });
  }
}

/** Asks for what is missing, or, where that is not to be had, for everything. */
async function openRest(url: string | URL, file: PartialFile, options: DownloadOptions) {
  const headers = { "accept-encoding": "identity" }; // a range of a compressed body would be of no use
  if (file.size > 0 && file.mark !== undefined) {
    const range = { range: `bytes=${file.size}-`, "if-range": file.mark };
    try {
      const answer = await openHttp(url, { ...options, headers: { ...headers, ...range } });
      if (answer.status === 206 && continues(file, answer.headers)) return answer;
      await file.restart(markOf(answer.headers));
      if (answer.status !== 206) return answer;
      await discard(answer);
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 416)) throw error;
    }
  }
  const answer = await openHttp(url, { ...options, headers });
  await file.restart(markOf(answer.headers));
  return answer;
}

/** Whether a partial answer is the rest of the very file that we have the beginning of. */
function continues(file: PartialFile, headers: Headers): boolean {
  const start = headers.get("content-range")?.match(/^bytes (\d+)-/)?.[1];
  return Number(start) === file.size && (markOf(headers) ?? file.mark) === file.mark;
}

/** What tells one version of the file from another. */
function markOf(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return headers.get("last-modified") ?? undefined;
}

function totalBytes(status: number, headers: Headers): number | undefined {
  const total = status === 206
    ? headers.get("content-range")?.match(/\/(\d+)$/)?.[1]
    : headers.has("content-encoding") // then its length is that of other bytes
    ? undefined
    : headers.get("content-length");
  return total === undefined || total === null ? undefined : Number(total);
}
