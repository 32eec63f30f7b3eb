/**
 * The IDX format of the MNIST database (http://yann.lecun.com/exdb/mnist/):
 * two zero bytes, a data type, the number of dimensions, each dimension as a
 * big-endian 32-bit count, then the data.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { describeBytes } from "./describe_bytes.ts";
import type { ImageShape } from "./digits.ts";

/** The code of the only data type that is read and written. */
export const UNSIGNED_BYTE = 0x08;

const MAX_SIDE = 1024; // pixels; a larger picture is a damaged header
const MAX_CHANNELS = 4;

/** An IDX file longer than this is refused: 20 times MNIST's largest. */
export const MAX_IDX_BYTES = 1 << 30;

/** Bytes of the longest header that is understood: four dimensions. */
export const MAX_IDX_HEADER_BYTES = 20;

interface IdxHeader {
  /** How many things there are, then the dimensions of each. */
  readonly dimensions: readonly [count: number, ...shape: number[]];
  /** Where the data begins. */
  readonly dataAt: number;
  /** Length of the whole file. */
  readonly fileBytes: number;
}

/**
 * The pictures of an IDX file, as a view of its bytes. Three dimensions are
 * grey pictures; a fourth, an addition of ours to the format's use, is their channels.
 *
 * @param name says in messages which file it is.
 * @throws {DataError} when the bytes are anything else.
 */
export function parseIdxImages(
  bytes: Uint8Array,
  name = "images",
): { readonly images: Uint8Array; readonly count: number; readonly imageShape: ImageShape } {
  const header = parseHeader(bytes, name, [3, 4]);
  checkLength(bytes, header, name);
  const [count, height, width, channels = 1] = header.dimensions as readonly [
    number,
    number,
    number,
    number?,
  ];
  return {
    images: bytes.subarray(header.dataAt),
    count,
    imageShape: [height, width, channels],
  };
}

/**
 * The labels of an IDX file, as a view of its bytes.
 *
 * @param options `classes`: a label must be below it. `name` says in messages which file it is.
 * @throws {DataError} when the bytes are anything else.
 */
export function parseIdxLabels(
  bytes: Uint8Array,
  { classes = 10, name = "labels" }: { readonly classes?: number; readonly name?: string } = {},
): Uint8Array {
  const header = parseHeader(bytes, name, [1]);
  checkLength(bytes, header, name);
  const labels = bytes.subarray(header.dataAt);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError(
      `Cannot read ${name} as labels: a label must be 0 to ${classes - 1}: ` +
        `got ${labels[wrong]} at byte ${header.dataAt + wrong}`,
    );
  }
  return labels;
}

/**
 * The length that an IDX file of pictures or labels must have by its header.
 *
 * @param head at least the file's first {@linkcode MAX_IDX_HEADER_BYTES} bytes, or the whole file.
 * @throws {DataError} when that is no such header.
 */
export function idxFileBytes(head: Uint8Array, name: string): number {
  return parseHeader(head, name, [1, 3, 4]).fileBytes;
}

function parseHeader(bytes: Uint8Array, name: string, ranks: readonly number[]): IdxHeader {
  const fail = (reason: string): never => {
    throw new DataError(`Cannot read ${name} as IDX: ${reason}`);
  };
  const nonZero = bytes.subarray(0, 2).findIndex((byte) => byte !== 0);
  if (nonZero >= 0) {
    fail(
      `it must begin with two zero bytes: got ${bytes[nonZero]} at byte ${nonZero} ` +
        `(it looks like ${describeBytes(bytes)})`,
    );
  }
  if (bytes.length < 4) fail(`it ends within its header, after ${bytes.length} bytes`);
  if (bytes[2] !== UNSIGNED_BYTE) {
    fail(`its data type must be 8 (unsigned bytes): got ${bytes[2]} at byte 2`);
  }
  const rank = bytes[3]!;
  if (!ranks.includes(rank)) {
    fail(`its number of dimensions must be ${ranks.join(" or ")}: got ${rank} at byte 3`);
  }
  const dataAt = 4 + 4 * rank;
  if (bytes.length < dataAt) fail(`it ends within its header, after ${bytes.length} bytes`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, dataAt);
  const dimension = (index: number, what: string, largest: number): number => {
    const value = view.getUint32(4 + 4 * index);
    if (value >= 1 && value <= largest) return value;
    return fail(`its ${what} must be 1 to ${largest}: got ${value} at byte ${4 + 4 * index}`);
  };
  const shape = [];
  if (rank >= 3) shape.push(dimension(1, "height", MAX_SIDE), dimension(2, "width", MAX_SIDE));
  if (rank === 4) shape.push(dimension(3, "number of channels", MAX_CHANNELS));
  const itemBytes = shape.reduce((product, side) => product * side, 1);
  const count = dimension(0, "count", Math.floor((MAX_IDX_BYTES - dataAt) / itemBytes));
  return { dimensions: [count, ...shape], dataAt, fileBytes: dataAt + count * itemBytes };
}

function checkLength(bytes: Uint8Array, header: IdxHeader, name: string): void {
  if (bytes.length !== header.fileBytes) {
    throw new DataError(
      `Cannot read ${name} as IDX: for ${header.dimensions.join(" × ")} values it must have ` +
        `${header.fileBytes} bytes: got ${bytes.length}`,
    );
  }
}
