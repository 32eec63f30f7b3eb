/**
 * What a picture file says about itself, read without decoding it.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";

/** A picture file's kind and size. */
export interface PictureHeader {
  /** By its signature. */
  readonly format: "PNG" | "JPEG" | "WebP" | "GIF" | "BMP";
  /** In pixels, as stored: a JPEG may ask to be shown turned by 90°. */
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the kind and size of a picture, and follows the file's structure to its
 * end: decoders make up what is missing from a file that was cut off.
 *
 * @throws {DataError} when the bytes are no picture of a known kind, or end too early.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = kinds.find(({ starts }) => starts(bytes));
  if (kind === undefined) {
    throw new DataError(
      `Cannot read ${bytes.length} bytes as a picture: ` +
        "they are not PNG, JPEG, WebP, GIF or BMP",
    );
  }
  try {
    const [width, height] = kind.read(view);
    return { format: kind.format, width, height };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a DataView's, past the end
    throw new DataError(
      `Cannot read the ${kind.format} picture as it ends too early: ` +
        `its ${bytes.length} bytes are not all of it`,
    );
  }
}

/** One kind of file. `read` throws a RangeError where the file ends too early. */
interface Kind {
  readonly format: PictureHeader["format"];
  starts(bytes: Uint8Array): boolean;
  read(view: DataView): [width: number, height: number];
}

const kinds: readonly Kind[] = [
  { format: "PNG", starts: startsWith("\x89PNG\r\n\x1a\n"), read: readPng },
  { format: "JPEG", starts: startsWith("\xff\xd8\xff"), read: readJpeg },
  { format: "GIF", starts: startsWith("GIF8"), read: readGif },
  { format: "BMP", starts: startsWith("BM"), read: readBmp },
  {
    format: "WebP",
    starts: (bytes) => startsWith("RIFF")(bytes) && startsWith("WEBP")(bytes.subarray(8)),
    read: readWebp,
  },
];

function startsWith(signature: string): (bytes: Uint8Array) => boolean {
  return (bytes) => [...signature].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}

/** Goes from chunk to chunk until the one that ends the picture. */
function readPng(view: DataView): [number, number] {
  const end = 0x49454e44; // "IEND"
  let at = 8;
  while (view.getUint32(at + 4) !== end) at += 12 + view.getUint32(at);
  view.getUint32(at + 8); // its checksum
  return [view.getUint32(16), view.getUint32(20)];
}

/** Goes from segment to segment, then looks for the mark that ends the picture. */
function readJpeg(view: DataView): [number, number] {
  let size: [number, number] = [0, 0];
  let at = 2;
  for (let mark = 0; mark !== 0xda; at += 2 + view.getUint16(at + 2)) { // the last: start of scan
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++; // padding
    mark = view.getUint8(at + 1);
    const isFrame = mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark);
    if (isFrame) size = [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
  while (view.getUint16(at) !== 0xffd9) at++;
  return size;
}

/** Goes from block to block until the first picture has ended; later ones are frames of an animation. */
function readGif(view: DataView): [number, number] {
  const colours = (flags: number) => flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
  const uint16 = (at: number) => view.getUint16(at, true);
  const skipData = (from: number): number => {
    let at = from;
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    return at + 1;
  };
  let at = 13 + colours(view.getUint8(10));
  while (view.getUint8(at) !== 0x2c) at = skipData(at + 2); // what is said before the picture
  const right = uint16(at + 1) + uint16(at + 5), bottom = uint16(at + 3) + uint16(at + 7);
  skipData(at + 11 + colours(view.getUint8(at + 9)));
  return [Math.max(uint16(6), right), Math.max(uint16(8), bottom)];
}

function readBmp(view: DataView): [number, number] {
  const isOld = view.getUint32(14, true) === 12;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(isOld ? view.getInt16(20, true) : view.getInt32(22, true));
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const isPacked = !isOld && [1, 2].includes(view.getUint32(30, true));
  const rowBytes = Math.ceil(width * bits / 32) * 4;
  const length = isPacked ? view.getUint32(34, true) : rowBytes * height;
  if (length > 0) view.getUint8(view.getUint32(10, true) + length - 1);
  return [width, height];
}

function readWebp(view: DataView): [number, number] {
  view.getUint8(view.getUint32(4, true) + 7); // the last byte
  const uint24 = (at: number) => view.getUint16(at, true) | view.getUint8(at + 2) << 16;
  switch (view.getUint8(15)) { // of "VP8 ", "VP8L" or "VP8X"
    case 0x58:
      return [uint24(24) + 1, uint24(27) + 1];
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1];
    }
    default:
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  }
}
