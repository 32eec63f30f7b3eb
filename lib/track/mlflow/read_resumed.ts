/**
 * Reads a long answer, going on where a broken connection left off.
 *
 * @module
 */
import { HttpError } from "../../base/http_error.ts";
import { discard, type HttpAnswer } from "../../base/open_http.ts";
import { type RetryOptions, waitForRetry } from "../../base/retry.ts";

/**
 * All bytes of an answer that has begun. Its rest is asked for only where the server marks it
 * with a strong `ETag`.
 *
 * @param open asks once more, with these headers
 * @throws {HttpError} when it breaks off for good.
 */
export async function* readResumed(
  first: HttpAnswer,
  open: (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>,
  retry: RetryOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const mark = first.headers.get("etag");
  let answer: HttpAnswer | undefined = first;
  let done = 0;
  let failures = 0;
  while (true) {
    try {
      answer ??= await open({ range: `bytes=${done}-`, "if-range": mark ?? "" });
      if (done > 0) await checkRest(answer, done);
      for await (const chunk of answer.chunks) {
        failures = 0;
        done += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      answer = undefined;
      if (mark === null || mark.startsWith("W/")) throw error;
      await waitForRetry(error, ++failures, retry);
    }
  }
}

/** Refuses an answer that is not the rest of what we have the beginning of. */
async function checkRest(answer: HttpAnswer, done: number): Promise<void> {
  const start = answer.headers.get("content-range")?.match(/^bytes (\d+)-/)?.[1];
  if (answer.status === 206 && Number(start) === done) return;
  await discard(answer);
  throw new HttpError({
    method: "GET",
    url: "the rest of a file",
    reason: "it changed while it was read",
    status: answer.status,
    body: "",
    retryable: false,
    retryAfterMs: null,
  });
}
