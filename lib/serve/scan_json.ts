/**
 * JSON with one long list of numbers in it, read without making values of those.
 *
 * @module
 */
import type { NumberScanner, ScannedList } from "./number_scanner.ts";

const MAX_HEAD = 4096; // Bytes before the list; more are left to JSON.parse.

/** What was read. */
export interface ScannedJson {
  /** The value, which has `null` in the place of the list. */
  readonly json: unknown;
  readonly list: ScannedList;
}

/**
 * Reads JSON that has a list of numbers under a key that is nowhere else in it.
 * @returns nothing for everything else: `JSON.parse` then tells what it is.
 */
export function scanJson(
  body: Uint8Array,
  key: string,
  scanner: NumberScanner,
): ScannedJson | undefined {
  const start = findList(body, `"${key}"`);
  if (start < 0) return undefined;
  const list = scanner.scan(body, start);
  if (!list) return undefined;
  const head = asciiText(body, 0, start);
  const tail = asciiText(body, list.end, body.length);
  if (head === undefined || tail === undefined || tail.includes(`"${key}"`)) return undefined;
  try {
    return { json: JSON.parse(`${head}null${tail}`), list };
  } catch {
    return undefined;
  }
}

/** Where the list begins that is the value of the first such key, or -1. */
function findList(body: Uint8Array, key: string): number {
  const most = Math.min(body.length, MAX_HEAD) - key.length;
  for (let at = 0; at < most; at++) {
    if (body[at] !== 0x22 || !startsAt(body, at, key)) continue; // "
    const colon = skipSpace(body, at + key.length);
    if (body[colon] !== 0x3a) return -1; // :
    const list = skipSpace(body, colon + 1);
    return body[list] === 0x5b ? list : -1; // [
  }
  return -1;
}

function startsAt(body: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (body[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function skipSpace(body: Uint8Array, at: number): number {
  while (at < body.length - 1 && " \n\r\t".includes(String.fromCharCode(body[at]!))) at++;
  return at;
}

/** A short stretch of ASCII without backslashes: in it, whatever looks like a key is one. */
function asciiText(body: Uint8Array, from: number, to: number): string | undefined {
  if (to - from > MAX_HEAD) return undefined;
  for (let at = from; at < to; at++) {
    const byte = body[at]!;
    if (byte > 0x7e || byte === 0x5c) return undefined; // \
  }
  return String.fromCharCode(...body.subarray(from, to));
}
