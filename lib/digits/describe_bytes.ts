/**
 * Says what some bytes look like, for messages about bytes that should have
 * been something else.
 *
 * @module
 */

const BEGINNINGS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^\s*(<!doctype html|<html|<head|<body)/i, "an HTML page"],
  [/^\s*<\?xml|^\s*<[a-z]+[ >]/i, "an XML document"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer"],
  [/^\s*[[{]/, "JSON"],
  [/^PK/, "a ZIP archive"],
  [/^\x89PNG/, "a PNG picture"],
  [/^\x93NUMPY/, "a NumPy array"],
  [/^[\t\n\r\x20-\x7e]{16}/, "plain text"],
];

/** A few words such as `an HTML page`, or how the bytes begin in hex. */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const beginning = String.fromCharCode(...bytes.subarray(0, 64));
  const known = BEGINNINGS.find(([pattern]) => pattern.test(beginning));
  if (known !== undefined) return known[1];
  const hex = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `bytes that begin ${hex.join(" ")}`;
}
