/**
 * Picture files that people drop, choose or paste.
 *
 * @module
 */
import { DataError } from "../../../base/errors.ts";
import type { Picture } from "../../../digits/luminance.ts";

const longestSide = 2048; // more is shrunk to a quarter of that anyway

/**
 * Decodes a picture file, turned upright.
 *
 * @throws {DataError} when the browser can't.
 */
export async function openPicture(file: Blob): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new DataError(
      `Cannot read ${nameOf(file)} as a picture: use a PNG, JPEG, WebP, GIF or BMP file`,
    );
  }
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(scale * bitmap.width));
  canvas.height = Math.max(1, Math.round(scale * bitmap.height));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function nameOf(file: Blob): string {
  return file instanceof File && file.name ? `“${file.name}”` : "this";
}
