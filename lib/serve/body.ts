/**
 * The body of a request, within bounds.
 *
 * @module
 */
import { concatBytes, formatBytes } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import { RequestError } from "./request_error.ts";

/**
 * Reads a body of UTF-8 text. Stops reading as soon as it is too large, whatever
 * its `content-length` says. The content type does not matter: `curl -d` sends
 * JSON as a web form.
 * @throws {RequestError} when it is larger than `maxBytes`, compressed, cut off, or not UTF-8.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new RequestError(
      415,
      `Cannot read a body with content-encoding ${encoding}: send it plain`,
    );
  }
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError(400, `Cannot read the body to its end: ${messageOf(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(concatBytes(chunks));
  } catch {
    throw new RequestError(400, "Cannot read the body as it is not UTF-8 text");
  }
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(
    413,
    `Cannot take a body of more than ${formatBytes(maxBytes)}: send fewer pictures at a time`,
  );
}
