/**
 * NumPy's array files, format 1.0
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html),
 * for the two types that pixels come in.
 *
 * @module
 */
import { prefixBytes } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { describeBytes } from "./describe_bytes.ts";

/** An array of bytes (`u1`) or of 32-bit floats (`f4`). */
export interface NpyArray {
  /** Counts along each dimension. */
  readonly shape: readonly number[];
  /** Every value, the last dimension's neighbours side by side. */
  readonly data: Uint8Array | Float32Array;
}

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64; // of the data, so that it can be mapped into memory

/**
 * The bytes of an `.npy` file that `numpy.load` reads. Where the data lies right
 * behind such a header in memory, as {@linkcode decodeNpy} and {@linkcode
 * allocateNpy} leave it, that memory itself and no copy.
 */
export function encodeNpy({ data, shape }: NpyArray): Uint8Array {
  const descr = data instanceof Uint8Array ? "|u1" : "<f4";
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return prefixBytes(encodeHeader(descr, shape), bytes);
}

/** Zeros to be filled with bytes of that shape, which {@linkcode encodeNpy} then does not copy. */
export function allocateNpy(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = encodeHeader("|u1", shape);
  const file = new Uint8Array(header.length + shape.reduce((product, size) => product * size, 1));
  file.set(header);
  return file.subarray(header.length);
}

function encodeHeader(descr: "|u1" | "<f4", shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const headerBytes = Math.ceil((MAGIC.length + 4 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const textBytes = headerBytes - MAGIC.length - 4;

  const head = `${MAGIC}\x01\x00..${text.padEnd(textBytes - 1)}\n`;
  const header = Uint8Array.from(head, (character) => character.charCodeAt(0));
  new DataView(header.buffer).setUint16(MAGIC.length + 2, textBytes, true);
  return header;
}

/**
 * The array in an `.npy` file, as a view of its bytes where their alignment allows it.
 *
 * @param name says in messages which file it is.
 * @throws {DataError} when it is another version, type or order, or not such a file.
 */
export function decodeNpy(bytes: Uint8Array, name = "array"): NpyArray {
  const fail = (reason: string): never => {
    throw new DataError(`Cannot read ${name} as a NumPy array: ${reason}`);
  };
  const head = String.fromCharCode(...bytes.subarray(0, MAGIC.length + 4));
  if (!head.startsWith(MAGIC)) fail(`it must begin with \\x93NUMPY: got ${describeBytes(bytes)}`);
  if (head.length < MAGIC.length + 4) {
    fail(`it ends within its header, after ${bytes.length} bytes`);
  }
  const [major, minor] = bytes.subarray(MAGIC.length);
  if (major !== 1 || minor !== 0) fail(`its format must be 1.0: got ${major}.${minor}`);

  const dataAt = MAGIC.length + 4 + (bytes[8]! | bytes[9]! << 8);
  if (bytes.length < dataAt) fail(`it ends within its header, after ${bytes.length} bytes`);
  const text = new TextDecoder().decode(bytes.subarray(MAGIC.length + 4, dataAt));
  const descr = text.match(/'descr': *'([^']*)'/)?.[1];
  if (descr !== "|u1" && descr !== "<f4") fail(`its type must be |u1 or <f4: got ${descr}`);
  if (!/'fortran_order': *False/.test(text)) fail("it must be in C order");
  const dimensions = text.match(/'shape': *\(((?:\d{1,15}, *)*(?:\d{1,15})?)\)/)?.[1] ??
    fail(`its header must have a shape: got ${JSON.stringify(text.slice(0, 100))}`);
  const shape = dimensions.split(",").filter((part) => part.trim() !== "").map(Number);

  const itemBytes = descr === "|u1" ? 1 : 4;
  const dataBytes = shape.reduce((product, size) => product * size, itemBytes);
  const data = bytes.subarray(dataAt);
  if (data.length !== dataBytes) {
    fail(`its shape (${shape.join(", ")}) needs ${dataBytes} bytes of data: got ${data.length}`);
  }
  return { shape, data: itemBytes === 1 ? data : floats(data) };
}

function floats(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, bytes.length / 4);
}
