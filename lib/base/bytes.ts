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

/** Whether both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
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
