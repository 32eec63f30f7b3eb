/**
 * Small things that have to do with bytes. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Copies the parts, one after another, into one new array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * `header`, then `body`: where the body lies right behind such a header in
 * memory already, that memory itself, otherwise a copy.
 */
export function prefixBytes(header: Uint8Array, body: Uint8Array): Uint8Array {
  if (body.byteOffset >= header.length) {
    const start = body.byteOffset - header.length;
    const inPlace = new Uint8Array(body.buffer, start, header.length + body.length);
    if (header.every((byte, i) => byte === inPlace[i])) return inPlace;
  }
  return concatBytes([header, body]);
}

/** The digest of `bytes` as lower-case hex. Text is hashed as UTF-8. */
export function hashHex(
  bytes: Uint8Array | string,
  algorithm: "sha256" | "md5" = "sha256",
): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** A size for people: `formatBytes(11_594_722)` is `"11.6 MB"` (decimal units). */
export function formatBytes(count: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = count;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${count} bytes` : `${value.toPrecision(3)} ${units[unit]}`;
}

/** UTF-8 text of a JSON value, two spaces deep, with a last newline. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}
