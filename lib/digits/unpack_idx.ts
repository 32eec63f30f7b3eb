/**
 * The content of an IDX file as it is found in the world: with gzip or without.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { describeBytes } from "./describe_bytes.ts";
import { gunzip, gunzipHead, isGzip } from "./gzip.ts";
import { idxFileBytes, MAX_IDX_BYTES, MAX_IDX_HEADER_BYTES } from "./idx.ts";

/**
 * The plain IDX bytes of a file that may be gzipped. No more is unpacked than
 * the IDX header within promises.
 *
 * @param options `name` says in messages which file it is; a header that
 * promises more than `maxBytes` is refused.
 * @throws {DataError} when the bytes are neither gzip data nor IDX.
 */
export async function unpackIdx(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes = MAX_IDX_BYTES }: { readonly name: string; readonly maxBytes?: number },
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) {
    if (bytes[0] === 0 && bytes[1] === 0) return bytes;
    throw new DataError(
      `Cannot read ${name}: it must be IDX data, gzipped or not: got ${describeBytes(bytes)}`,
    );
  }
  const head = await gunzipHead(bytes, { length: MAX_IDX_HEADER_BYTES, name });
  const fileBytes = idxFileBytes(head, name);
  if (fileBytes > maxBytes) {
    throw new DataError(
      `Cannot read ${name}: its header promises ${fileBytes} bytes: ${maxBytes} were expected`,
    );
  }
  return await gunzip(bytes, { maxBytes: fileBytes, name });
}
