/**
 * Checks a download while it passes by.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DataError } from "../../base/errors.ts";

/** What a file must be. */
export interface Expected {
  /** In bytes. */
  readonly size?: number;
  /** In hexadecimal digits. */
  readonly sha256?: string;
}

/**
 * Passes bytes on.
 *
 * @throws {DataError} at the end, when they are not what was expected.
 */
export async function* checkDownload(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  name: string,
  { size, sha256 }: Expected,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const hash = sha256 === undefined ? undefined : createHash("sha256");
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    hash?.update(chunk);
    yield chunk;
  }
  if (size !== undefined && count !== size) {
    throw new DataError(`Cannot use ${name} as it has ${count} bytes instead of ${size}`);
  }
  const actual = hash?.digest("hex");
  if (actual !== sha256) {
    throw new DataError(`Cannot use ${name} as its sha256 is ${actual} instead of ${sha256}`);
  }
}
