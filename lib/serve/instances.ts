/**
 * Pictures as people send them in JSON.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import { describe } from "./request_json.ts";

/**
 * Reads a list of pictures. Each is a flat list of height × width × channels
 * numbers, or nested lists `[height][width][channels]`; with one channel
 * `[height][width]` and `[1][height][width]` too.
 *
 * One scale holds for the whole list and follows from its numbers:
 * - no number above 1: all are 0..1, where 1 is full ink;
 * - any number above 1: all are 0..255 and must be integers.
 *
 * So 0.5 beside 200 is refused, and so is 1.02: neither can be told from a
 * mistake. Only pictures of nothing but 0 and 1 could be meant both ways. They
 * are read as 0..1, black and white; as bytes they would look blank.
 *
 * @param path what the list is called in errors, such as `instances`.
 * @returns `[n, height, width, channels]`: bytes 0..255, or floats 0..1.
 * @throws {DataError} naming the path and the value, as `instances[3][27][5]`.
 */
export function parseInstances(
  instances: unknown,
  path: string,
  imageShape: ImageShape,
): Uint8Array | Float32Array {
  if (!Array.isArray(instances) || instances.length === 0) {
    throw unreadable(path, [], "a list of pictures", instances);
  }
  const pixels: number[] = []; // Grows with what was read: no request reserves memory by claiming sizes.
  const at: number[] = [];
  let aboveOne = false;
  let fraction: DataError | undefined;

  function readPixel(value: unknown): void {
    if (!isPixel(value)) {
      throw unreadable(path, at, "an integer 0 to 255 or a number 0 to 1", value);
    }
    if (value > 1) aboveOne = true;
    else if (!fraction && !Number.isInteger(value)) {
      const wanted = "an integer 0 to 255, as this request has numbers above 1";
      fraction = unreadable(path, at, wanted, value);
    }
    pixels.push(value);
  }

  function readList(value: unknown, lengths: readonly number[]): void {
    const length = lengths[at.length - 1]!;
    if (!Array.isArray(value) || value.length !== length) {
      const wanted = at.length === 1 ? pictureOf(imageShape) : `a list of ${length}`;
      throw unreadable(path, at, wanted, value);
    }
    const read = at.length === lengths.length ? readPixel : readList;
    for (let i = 0; i < length; i++) {
      at.push(i);
      read(value[i], lengths);
      at.pop();
    }
  }

  for (const [i, picture] of instances.entries()) {
    at.push(i);
    readList(picture, listLengths(picture, imageShape));
    at.pop();
  }
  if (!aboveOne) return Float32Array.from(pixels);
  if (fraction) throw fraction;
  return Uint8Array.from(pixels);
}

function isPixel(value: unknown): value is number {
  return typeof value === "number" &&
    (value >= 0 && value <= 1 || Number.isInteger(value) && value > 1 && value <= 255);
}

/** How long a picture's lists must be, outermost first, judged by how deep its first ones go. */
function listLengths(picture: unknown, imageShape: ImageShape): readonly number[] {
  const [height, width, channels] = imageShape;
  const row = Array.isArray(picture) ? picture[0] : undefined;
  if (!Array.isArray(row)) return [imageSize(imageShape)];
  if (channels !== 1) return imageShape;
  if (!Array.isArray(row[0])) return [height, width];
  const isPlane = height > 1 && (picture as readonly unknown[]).length === 1;
  return isPlane ? [1, height, width] : imageShape;
}

function pictureOf(imageShape: ImageShape): string {
  const [height, width, channels] = imageShape;
  const deep = `[${height}][${width}][${channels}]`;
  const forms = channels === 1
    ? `[${height}][${width}], ${deep} or [1][${height}][${width}]`
    : deep;
  return `a picture, which is ${imageSize(imageShape)} numbers or lists ${forms}`;
}

function unreadable(
  path: string,
  at: readonly number[],
  wanted: string,
  value: unknown,
): DataError {
  const place = path + at.map((index) => `[${index}]`).join("");
  return new DataError(`Cannot read ${place} as ${wanted}: got ${describe(value)}`);
}
