/** One small picture, red left and white right, as a file of every kind. */
import { createCanvas } from "@napi-rs/canvas";

export const sampleSize = { width: 24, height: 16 };

export async function sampleFiles(): Promise<Record<string, Uint8Array>> {
  const { width, height } = sampleSize;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "red";
  context.fillRect(0, 0, width / 2, height);
  const lossless = 100;
  return {
    PNG: await canvas.encode("png"),
    JPEG: await canvas.encode("jpeg", 95),
    WebP: await canvas.encode("webp", 90),
    "lossless WebP": await canvas.encode("webp", lossless),
    GIF: await canvas.encode("gif"),
    BMP: bitmap(width, height, (x) => x < width / 2 ? [0, 0, 255] : [255, 255, 255]),
  };
}

/** Asks whoever shows the JPEG to turn it: 6 is by 90° to the right. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  // deno-fmt-ignore
  const exif = [
    0x45, 0x78, 0x69, 0x66, 0, 0, // "Exif"
    0x4d, 0x4d, 0, 42, 0, 0, 0, 8, // TIFF, big-endian, directory at 8
    0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // one entry: the orientation
    0, 0, 0, 0, // no other directory
  ];
  const segment = [0xff, 0xe1, 0, exif.length + 2, ...exif];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}

/** Rows from the bottom up, blue first, as BMP has it. */
function bitmap(
  width: number,
  height: number,
  colourAt: (x: number) => readonly [number, number, number],
): Uint8Array {
  const rowBytes = Math.ceil(3 * width / 4) * 4;
  const bytes = new Uint8Array(54 + rowBytes * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bytes.set(colourAt(x), 54 + y * rowBytes + 3 * x);
  }
  return bytes;
}
