/**
 * Writing to files that may take less at a time than they are given.
 *
 * @module
 */

/** Writes every byte. */
export async function writeAll(
  file: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
