/**
 * Reads lists of pixels out of JSON without making values of it, which takes
 * half as long as `JSON.parse`.
 *
 * @module
 */

/** A list of numbers, or lists of lists of numbers. */
export interface ScannedList {
  /** Row-major, in float32 as `Float32Array.from(JSON.parse(…))` gives them. The next scan overwrites them. */
  readonly values: Float32Array;
  /** How long the lists are, outermost first: those of one depth are of one length. */
  readonly shape: readonly number[];
  /** The largest of the numbers, all of which are at least 0. */
  readonly max: number;
  /** Whether all are integers. */
  readonly integers: boolean;
  /** Where in the bytes the list ends: just behind its bracket. */
  readonly end: number;
}

const MAX_DEPTH = 4; // [n][height][width][channels]
const MAX_DIGITS = 100; // More than any program writes, and few enough to be arguments of a call.
const EXACT = 2 ** 53; // Below this integers are exact in float64.
const LONGEST = 1e19; // Up to here adding digit by digit is right to a few units in the last place of float64.
const SLACK = 2 ** -50; // And this is more than those.
const TENS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i); // 10²² is the last exact power of ten.

/**
 * Scans lists of numbers from 0 to 255. Everything else, be it no JSON at all,
 * it leaves to `JSON.parse`, which is slower and knows what to say.
 */
export class NumberScanner {
  #values = new Float32Array(784);
  /** Where the last fraction ended. */
  #end = 0;

  /**
   * Reads the list that starts at a byte.
   * @returns nothing where the list is not of such numbers, is irregular, or has an empty list in it.
   */
  scan(bytes: Uint8Array, start: number): ScannedList | undefined {
    // Local variables, few calls, the usual case first: written with a method a token, this is
    // slower than JSON.parse. Reading beyond the array would make every later read slow.
    const size = bytes.length;
    const values = this.#roomFor(size - start);
    const lengths = [0, 0, 0, 0]; // Of the lists at each depth; 0 is not known yet.
    const counts = [0, 0, 0, 0]; // Items so far of the lists that are open.
    let depth = 0;
    let leafDepth = MAX_DEPTH;
    let count = 0;
    let max = 0;
    let integers = true;
    let at = start;
    for (;;) {
      let byte = at < size ? bytes[at]! : 0;
      while (byte === 0x5b || byte <= 0x20) { // [ and space
        if (byte === 0x5b) {
          if (depth === leafDepth) return undefined;
          counts[depth++] = 0;
        } else if (!isSpace(byte)) return undefined;
        at++;
        byte = at < size ? bytes[at]! : 0;
      }
      if (count === 0) leafDepth = depth;
      if (depth !== leafDepth || depth === 0) return undefined;

      const from = at;
      let value = byte - 0x30; // 0
      if (!(value >= 0 && value <= 9)) return undefined;
      at++;
      byte = at < size ? bytes[at]! : 0;
      if (value !== 0) {
        while (byte >= 0x30 && byte <= 0x39) {
          value = value * 10 + (byte - 0x30);
          at++;
          byte = at < size ? bytes[at]! : 0;
        }
      }
      if (byte === 0x2e || byte === 0x65 || byte === 0x45) { // . e E
        value = this.#readFraction(bytes, from, at, value);
        at = this.#end;
        byte = at < size ? bytes[at]! : 0;
        if (value !== Math.floor(value)) integers = false;
      }
      if (!(value <= 255)) return undefined;
      if (value > max) max = value;
      values[count++] = value;
      counts[depth - 1]!++;

      while (byte !== 0x2c) { // ,
        at++;
        if (byte === 0x5d) { // ]
          const length = counts[--depth]!;
          if (lengths[depth] === 0) lengths[depth] = length;
          if (lengths[depth] !== length) return undefined;
          if (depth === 0) {
            const shape = lengths.slice(0, leafDepth);
            return { values: values.subarray(0, count), shape, max, integers, end: at };
          }
          counts[depth - 1]!++;
        } else if (!isSpace(byte)) return undefined;
        byte = at < size ? bytes[at]! : 0;
      }
      at++;
    }
  }

  #roomFor(byteCount: number): Float32Array {
    const most = (byteCount >> 1) + 1; // A number and what separates it from the next take two bytes.
    if (this.#values.length < most) this.#values = new Float32Array(most);
    return this.#values;
  }

  /**
   * The number from `from`, of which the integer part ends at `at`, rounded to
   * float64 or, where that makes no difference, to float32; NaN for no number.
   */
  #readFraction(bytes: Uint8Array, from: number, at: number, integer: number): number {
    const size = bytes.length;
    let mantissa = integer;
    let decimals = 0;
    let byte = bytes[at]!;
    if (byte === 0x2e) { // .
      const point = at++;
      byte = at < size ? bytes[at]! : 0;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        at++;
        byte = at < size ? bytes[at]! : 0;
      }
      decimals = at - point - 1;
      if (decimals === 0) return NaN;
    }
    const hasExponent = byte === 0x65 || byte === 0x45; // e E
    if (hasExponent) {
      byte = byteAt(bytes, ++at);
      if (byte === 0x2b || byte === 0x2d) at++; // + -
      const digits = at;
      while (isDigit(byteAt(bytes, at))) at++;
      if (at === digits) return NaN;
    }
    this.#end = at;
    if (!hasExponent && decimals < TENS.length) {
      const value = mantissa / TENS[decimals]!;
      if (mantissa < EXACT) return value;
      // More digits than float64 has. Float32 rarely needs to know the last ones.
      const low = Math.fround(value * (1 - SLACK));
      const isSure = low === Math.fround(value * (1 + SLACK));
      if (isSure && value < 0.999 && mantissa < LONGEST) return low;
    }
    if (at - from > MAX_DIGITS) return NaN;
    return Number(String.fromCharCode(...bytes.subarray(from, at)));
  }
}

/** A byte, or 0, which is nowhere in JSON. */
function byteAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? bytes[at]! : 0;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
