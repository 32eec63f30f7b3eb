/**
 * Pictures as tensors of the Open Inference Protocol (V2): which are taken, and
 * what their numbers mean. The same for JSON, for bytes and for gRPC.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import { describe, unreadable } from "./request_json.ts";

/** What the one input of every model is called, in requests and in our ONNX files. */
export const INPUT_NAME = "image";

/** What is said of a tensor beside its numbers. */
export interface TensorHead {
  readonly name: unknown;
  readonly datatype: unknown;
  readonly shape: unknown;
}

/** How the numbers of a datatype are written, and what they mean. */
export interface Datatype {
  readonly name: string;
  /** Of one number. */
  readonly bytes: number;
  /** Ink from 0 to 1, or whole numbers from 0 to 255. */
  readonly range: "0..1" | "0..255";
  /** The little-endian numbers in this memory, which starts at a multiple of their size. */
  readonly view: (buffer: ArrayBuffer) => ArrayLike<number>;
}

/** A tensor that a model takes. */
export interface InputTensor {
  readonly datatype: Datatype;
  /** Pictures in it, at least 1. */
  readonly count: number;
  /** As it was sent. */
  readonly shape: readonly number[];
}

const DATATYPES: ReadonlyMap<string, Datatype> = new Map(
  ([
    ["FP32", 4, "0..1", (buffer) => new Float32Array(buffer)],
    ["UINT8", 1, "0..255", (buffer) => new Uint8Array(buffer)],
    ["FP64", 8, "0..1", (buffer) => new Float64Array(buffer)],
    ["FP16", 2, "0..1", (buffer) => new Float16Array(buffer)],
    ["BF16", 2, "0..1", widenBf16],
    ["UINT16", 2, "0..255", (buffer) => new Uint16Array(buffer)],
    ["UINT32", 4, "0..255", (buffer) => new Uint32Array(buffer)],
    ["UINT64", 8, "0..255", (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)],
    ["INT16", 2, "0..255", (buffer) => new Int16Array(buffer)],
    ["INT32", 4, "0..255", (buffer) => new Int32Array(buffer)],
    ["INT64", 8, "0..255", (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)],
  ] satisfies [string, number, Datatype["range"], Datatype["view"]][])
    .map(([name, bytes, range, view]) => [name, { name, bytes, range, view }]),
);

/**
 * Checks that a tensor is pictures of the model: its name, its datatype, and its shape,
 * which is `[n, height, width, channels]` or `[n, height × width × channels]`; with
 * one channel `[n, height, width]` and `[n, 1, height, width]` too.
 *
 * @param path what the tensor is called in errors, such as `inputs[0]`.
 * @throws {DataError} naming the path and the value.
 */
export function checkInput(head: TensorHead, path: string, imageShape: ImageShape): InputTensor {
  if (head.name !== INPUT_NAME) throw unreadable(`${path}.name`, `"${INPUT_NAME}"`, head.name);
  const datatype = DATATYPES.get(head.datatype as string);
  if (!datatype) {
    const wanted = `UINT8 (or another integer that holds 0 to 255) or FP32 (or another float)`;
    throw unreadable(`${path}.datatype`, wanted, head.datatype);
  }
  const shape = readShape(head.shape, `${path}.shape`, imageShape);
  return { datatype, count: shape[0]!, shape };
}

/**
 * Reads pictures from little-endian numbers, one after another.
 *
 * @returns `[n, height, width, channels]`: bytes 0..255, of the same memory where that is possible, or floats 0..1.
 * @throws {DataError} when there are too many or too few, or one is out of its range.
 */
export function imagesFromBytes(
  bytes: Uint8Array,
  { datatype, count, shape }: InputTensor,
  path: string,
  imageShape: ImageShape,
): Uint8Array | Float32Array {
  const wanted = count * imageSize(imageShape) * datatype.bytes;
  if (bytes.length !== wanted) {
    throw new DataError(
      `Cannot read ${path} as ${datatype.name} [${shape}]: it must have ${wanted} bytes, ` +
        `and has ${bytes.length}`,
    );
  }
  if (datatype.name === "UINT8") return bytes;
  // A copy, as numbers must start at a multiple of their size.
  return imagesFromNumbers(datatype.view(bytes.slice().buffer), datatype, path);
}

/**
 * Checks that numbers are pixels, and brings them into the form that models take.
 *
 * @param numbers any that are not used by anyone else later: they may be returned as they are.
 * @throws {DataError} naming the path and the value of the first that is none, as `inputs[0].data[17]`.
 */
export function imagesFromNumbers(
  numbers: ArrayLike<number>,
  { range }: Pick<Datatype, "range">,
  path: string,
): Uint8Array | Float32Array {
  const most = range === "0..1" ? 1 : 255;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (!(value >= 0 && value <= most)) throw notAPixel(range, `${path}[${i}]`, value);
  }
  if (range === "0..255") return Uint8Array.from(numbers);
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}

/**
 * Reads pictures from what JSON has in `data`: a flat list, or lists in lists as the shape has them.
 *
 * @throws {DataError} naming the path and the value, as `inputs[0].data[3][27]`.
 */
export function imagesFromJson(
  data: unknown,
  { datatype: { range }, shape }: InputTensor,
  path: string,
): Uint8Array | Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const lengths = Array.isArray(data) && Array.isArray(data[0]) ? shape : [size];
  const pixels: number[] = []; // Grows with what was read: no request reserves memory by claiming sizes.
  readLists(data, lengths, path, (list, place) => {
    const most = range === "0..1" ? 1 : 255;
    for (const [i, value] of list.entries()) {
      const isPixel = typeof value === "number" && value >= 0 && value <= most &&
        (range === "0..1" || Number.isInteger(value));
      if (!isPixel) throw notAPixel(range, `${place}[${i}]`, value);
      pixels.push(value);
    }
  });
  return range === "0..1" ? Float32Array.from(pixels) : Uint8Array.from(pixels);
}

function readShape(shape: unknown, path: string, imageShape: ImageShape): readonly number[] {
  const [height, width, channels] = imageShape;
  const forms = [[height, width, channels], [imageSize(imageShape)]];
  if (channels === 1) forms.unshift([height, width], [1, height, width]);
  const isShape = Array.isArray(shape) && Number.isSafeInteger(shape[0]) && shape[0] > 0 &&
    forms.some((form) => `${shape.slice(1)}` === `${form}`);
  // Compared as text, so a text that looks like a number must not pass for one.
  if (isShape && shape.every(Number.isSafeInteger)) return shape;
  const wanted = forms.map((form) => `[n, ${form.join(", ")}]`);
  const got = Array.isArray(shape) && shape.length <= 6 && shape.every(Number.isFinite)
    ? `[${shape.join(", ")}]`
    : describe(shape);
  throw new DataError(
    `Cannot read ${path} as ${wanted.slice(0, -1).join(", ")} or ${wanted.at(-1)}` +
      ` with n from 1: got ${got}`,
  );
}

/** Goes through lists in lists of these lengths, to the innermost ones. */
function readLists(
  value: unknown,
  [length, ...rest]: readonly number[],
  path: string,
  read: (list: readonly unknown[], path: string) => void,
): void {
  if (!Array.isArray(value) || value.length !== length) {
    throw unreadable(path, `a list of ${length}`, value);
  }
  if (rest.length === 0) return read(value, path);
  for (const [i, item] of value.entries()) readLists(item, rest, `${path}[${i}]`, read);
}

function notAPixel(range: Datatype["range"], path: string, value: unknown): DataError {
  const wanted = range === "0..1"
    ? "a number 0 to 1 (0 to 255 is for integer datatypes)"
    : "an integer 0 to 255";
  return unreadable(path, wanted, value);
}

/** The upper halves of float32 numbers. */
function widenBf16(buffer: ArrayBuffer): Float32Array {
  const halves = new Uint16Array(buffer);
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
