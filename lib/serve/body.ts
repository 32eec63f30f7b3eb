/**
 * The body of a request, within bounds.
 *
 * @module
 */
import { gunzipSync, inflateSync } from "node:zlib";
import { concatBytes, formatBytes } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import { RequestError } from "./request_error.ts";

/**
 * Deno reserves as much as a length says before anything has come: 900 clients that
 * promised 3 MB each and sent nothing took 3.7 GB.
 */
const TRUSTED_LENGTH = 128 << 10;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Told how much they may write: 4 MB can unpack to 4 GB. */
const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  "gzip": gunzipSync,
  "x-gzip": gunzipSync,
  "deflate": inflateSync,
};

/**
 * Reads a body, and unpacks it where its `content-encoding` is gzip or deflate.
 * Stops reading as soon as it is too large, packed or unpacked, whatever its
 * `content-length` says.
 * @throws {RequestError} when it is larger than `maxBytes`, cut off, or packed in another way.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const { headers } = request;
  const length = headers.get("content-length");
  if (Number(length) > maxBytes) throw tooLarge(maxBytes);
  // A small body of known length is read in one go, which takes half the time.
  const isSmall = length !== null && Number(length) <= TRUSTED_LENGTH;
  const body = await (isSmall ? readWhole(request) : readChunks(request, maxBytes));
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  const encoding = headers.get("content-encoding");
  return encoding === null ? body : unpack(body, encoding.toLowerCase(), maxBytes);
}

/**
 * Reads a body of UTF-8 text. The content type does not matter: `curl -d` sends
 * JSON as a web form.
 * @throws {RequestError} as {@linkcode readBody} does, and when it is not UTF-8.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  return decodeText(await readBody(request, maxBytes));
}

/**
 * Bytes as UTF-8 text, without a byte order mark.
 * @throws {RequestError} when they are not.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RequestError(400, "Cannot read the body as it is not UTF-8 text");
  }
}

async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch (error) {
    throw cutOff(error);
  }
}

async function readChunks(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof RequestError ? error : cutOff(error);
  }
  return concatBytes(chunks);
}

function unpack(body: Uint8Array, encoding: string, maxBytes: number): Uint8Array {
  if (encoding === "identity") return body;
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!decode) {
    throw new RequestError(
      415,
      `Cannot read a body with content-encoding ${JSON.stringify(encoding.slice(0, 20))}: ` +
        "send it as gzip, as deflate or plain",
      { "accept-encoding": "gzip, deflate" },
    );
  }
  try {
    const { buffer, byteOffset, length } = decode(body, { maxOutputLength: maxBytes });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new RequestError(400, `Cannot unpack the body as ${encoding}: ${messageOf(error)}`);
  }
}

function cutOff(error: unknown): RequestError {
  return new RequestError(400, `Cannot read the body to its end: ${messageOf(error)}`);
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(
    413,
    `Cannot take a body of more than ${formatBytes(maxBytes)}: send fewer pictures at a time`,
  );
}
