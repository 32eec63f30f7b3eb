/**
 * How light a picture is, point by point. Pure, and the same in a browser.
 *
 * @module
 */

/** Decoded pixels, row-major from the top left corner. */
export interface Picture {
  /** One byte a pixel (grey, 0 is black) or four (red, green, blue, alpha; not premultiplied). */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** One number a pixel, row-major from the top left corner. */
export interface Plane {
  /** In the order of the pixels. */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The luma (ITU-R BT.601) of a picture, 0..255. Larger pictures are shrunk by averaging
 * whole blocks of pixels. What is transparent shows the paper: the colour that
 * the rest of the border has, or, where all of the border is transparent, white
 * behind dark ink and black behind light ink.
 *
 * @param longest the most pixels that the result may have a side.
 * @throws {RangeError} when the data are not a picture of this size.
 */
export function luminance(picture: Picture, longest: number): Plane {
  const { data, width, height } = picture;
  const channels = data.length / (width * height);
  if (!(width >= 1 && height >= 1) || (channels !== 1 && channels !== 4)) {
    throw new RangeError(
      `Cannot use ${data.length} bytes as a picture of ${width}×${height} pixels: ` +
        `it takes 1 (grey) or 4 (RGBA) bytes a pixel`,
    );
  }
  const backdrop = channels === 4 ? paperBehind(picture) : 0;
  const lightAt = channels === 1 ? (pixel: number) => data[pixel]! : (pixel: number) => {
    const alpha = data[4 * pixel + 3]! / 255;
    return alpha * luma(data, pixel) + (1 - alpha) * backdrop;
  };
  return shrink(lightAt, width, height, Math.ceil(Math.max(width, height) / longest));
}

function luma(rgba: Uint8Array | Uint8ClampedArray, pixel: number): number {
  const at = 4 * pixel;
  return 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!;
}

/** What is seen through the transparent pixels of an RGBA picture, 0..255. */
function paperBehind(picture: Picture): number {
  const border = meanLight(picture, borderPixels(picture.width, picture.height));
  if (border.opacity > 0.5) return border.light;
  const all = meanLight(picture, Array(picture.width * picture.height).keys());
  return all.light < 128 ? 255 : 0;
}

function meanLight(
  { data }: Picture,
  pixels: Iterable<number>,
): { light: number; opacity: number } {
  let light = 0, opacity = 0, count = 0;
  for (const pixel of pixels) {
    light += data[4 * pixel + 3]! * luma(data, pixel);
    opacity += data[4 * pixel + 3]!;
    count++;
  }
  return { light: opacity === 0 ? 0 : light / opacity, opacity: opacity / (255 * count) };
}

/** Indices of the outermost pixels. */
function* borderPixels(width: number, height: number): Generator<number> {
  for (let x = 0; x < width; x++) {
    yield x;
    yield (height - 1) * width + x;
  }
  for (let y = 1; y < height - 1; y++) {
    yield y * width;
    yield y * width + width - 1;
  }
}

/** Averages blocks of `factor`×`factor` pixels; those at the right and bottom may be smaller. */
function shrink(
  lightAt: (pixel: number) => number,
  fullWidth: number,
  fullHeight: number,
  factor: number,
): Plane {
  const width = Math.ceil(fullWidth / factor), height = Math.ceil(fullHeight / factor);
  const values = new Float32Array(width * height);
  for (let y = 0; y < fullHeight; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < fullWidth; x++) {
      values[row + Math.floor(x / factor)]! += lightAt(y * fullWidth + x);
    }
  }
  for (let y = 0; y < height; y++) {
    const rows = Math.min(factor, fullHeight - y * factor);
    for (let x = 0; x < width; x++) {
      values[y * width + x]! /= rows * Math.min(factor, fullWidth - x * factor);
    }
  }
  return { values, width, height };
}
