/**
 * PNG files, written without a native library: the report and the notebooks
 * need small pictures everywhere.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";
import { concatBytes } from "../base/bytes.ts";
import type { ImageShape } from "../digits/digits.ts";

const colourTypes = new Map([[1, 0], [2, 4], [3, 2], [4, 6]]); // PNG's numbers; even ones end in alpha

/**
 * Encodes pixels as PNG.
 *
 * @param pixels bytes, row-major `[height, width, channels]`; 1 channel is grey (0 is black), 2 grey
 * and alpha, 3 RGB, 4 RGBA.
 * @throws {RangeError} when the pixels are not of that shape.
 */
export function encodePng(
  pixels: Uint8Array | Uint8ClampedArray,
  [height, width, channels]: ImageShape,
): Uint8Array<ArrayBuffer> {
  const colourType = colourTypes.get(channels);
  if (
    colourType === undefined || pixels.length === 0 || pixels.length !== height * width * channels
  ) {
    throw new RangeError(
      `Cannot encode ${pixels.length} bytes as a PNG of ${width}×${height} pixels with ` +
        `${channels} channels: it takes one byte for each, and 1 to 4 channels`,
    );
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits a channel
  header.setUint8(9, colourType);
  const rowBytes = width * channels;
  const rows = new Uint8Array(height * (1 + rowBytes)); // each after the number of its filter: none
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes), y * (1 + rowBytes) + 1);
  }
  return concatBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** A `data:` URL of a PNG. */
export function pngUrl(pixels: Uint8Array | Uint8ClampedArray, shape: ImageShape): string {
  return `data:image/png;base64,${encodePng(pixels, shape).toBase64()}`;
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const typed = concatBytes([new TextEncoder().encode(type), data]);
  const result = new Uint8Array(typed.length + 8);
  const view = new DataView(result.buffer);
  view.setUint32(0, data.length);
  result.set(typed, 4);
  view.setUint32(4 + typed.length, crc32(typed));
  return result;
}
