/**
 * Picture files, read into pixels.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";
import type { Picture } from "../digits/picture.ts";
import { readPictureHeader } from "./picture_header.ts";
import { loadSkia } from "./skia.ts";

const mostPixels = 50e6; // the largest that cameras commonly make; 200 MB when decoded

/**
 * Decodes a PNG, JPEG, WebP, GIF (its first picture) or BMP file, turned upright
 * as its EXIF data says.
 *
 * @param options.maxPixels refuses larger pictures, before decoding them. @default 50 million
 * @returns four bytes a pixel: red, green, blue, alpha.
 * @throws {DataError} when the bytes are no such picture, end too early, or make too large a one.
 * @throws {UnavailableError} when Skia does not load.
 */
export async function decodePicture(
  bytes: Uint8Array,
  options: { readonly maxPixels?: number } = {},
): Promise<Picture> {
  const { maxPixels = mostPixels } = options;
  const { format, width, height } = readPictureHeader(bytes);
  const place = `the ${format} picture of ${width}×${height} pixels`;
  if (width < 1 || height < 1) throw new DataError(`Cannot read ${place}: it is empty`);
  if (width * height > maxPixels) {
    throw new DataError(
      `Cannot read ${place}: at most ${maxPixels} pixels are accepted; use a smaller one`,
    );
  }
  const { createCanvas, loadImage } = await loadSkia();
  const image = await loadImage(bytes).catch((error: unknown) => {
    throw new DataError(`Cannot read ${place} as it is damaged: ${messageOf(error)}`);
  });
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { data, width: image.width, height: image.height };
}
