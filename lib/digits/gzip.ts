/**
 * Unpacks gzip data that nobody vouches for.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";

const MAX_RATIO = 1032; // deflate can't make a byte from less than 1/1032 of one
const SLICE_BYTES = 16 << 10; // a slice unpacks in one go, so this bounds a bomb to 17 MB at a time

/** Whether the bytes begin as gzip data does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * What gzip data holds.
 *
 * @param options `name` says in messages what is being unpacked.
 * @throws {DataError} when the data is damaged, cut short, followed by anything,
 * or holds more than `maxBytes`.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  { maxBytes, name }: { readonly maxBytes: number; readonly name: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(Math.min(maxBytes, bytes.length * MAX_RATIO));
  let size = 0;
  for await (const chunk of unpack(bytes, name)) {
    if (size + chunk.length > whole.length) {
      throw new DataError(
        `Cannot unpack ${name}: it holds more than the ${maxBytes} bytes that it should: ` +
          "get the file again from a source you trust",
      );
    }
    whole.set(chunk, size);
    size += chunk.length;
  }
  return whole.subarray(0, size);
}

/**
 * The first `length` bytes of what gzip data holds, or all when it holds less;
 * the rest is not looked at.
 *
 * @throws {DataError} when the data is damaged or cut short before that.
 */
export async function gunzipHead(
  bytes: Uint8Array<ArrayBuffer>,
  { length, name }: { readonly length: number; readonly name: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(length);
  let size = 0;
  for await (const chunk of unpack(bytes, name)) {
    const part = chunk.subarray(0, length - size);
    head.set(part, size);
    size += part.length;
    if (size === length) break;
  }
  return head.subarray(0, size);
}

async function* unpack(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let unpacked = 0;
  try {
    const stream = ReadableStream.from(slices(bytes)).pipeThrough(new DecompressionStream("gzip"));
    for await (const chunk of stream) {
      unpacked += chunk.length;
      yield chunk;
    }
  } catch {
    throw new DataError(
      `Cannot unpack ${name}: its gzip data is damaged, cut short or followed by something else ` +
        `(${bytes.length} bytes gave ${unpacked}): get the file again`,
    );
  }
}

function* slices(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    yield bytes.subarray(at, at + SLICE_BYTES);
  }
}
