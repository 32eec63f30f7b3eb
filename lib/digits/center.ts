/**
 * The last step of how MNIST's pictures were made: the digit, fitted into
 * 20 × 20 pixels, is placed so that its ink balances at the picture's middle.
 *
 * @module
 */

/** A grey picture. */
export interface InkPicture {
  /** One byte a pixel, row-major `[height, width]`; 0 is paper and 255 is ink. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/**
 * Places a picture on a square of paper so that its centre of mass falls within
 * the pixel right below the middle, which is where all of MNIST has it, or as
 * near as the edge allows: no ink is lost. Paper around the ink doesn't count.
 *
 * @param size pixels along each side of the square.
 * @returns `size * size` bytes, row-major; 0 is paper and 255 is ink.
 * @throws {RangeError} when the ink is longer or broader than the square.
 */
export function centerByMass(picture: InkPicture, size = 28): Uint8Array<ArrayBuffer> {
  const { data, width, height } = picture;
  const columns = new Float64Array(width); // the ink in each
  const rows = new Float64Array(height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      columns[x]! += data[at]!;
      rows[y]! += data[at]!;
    }
  }
  const across = placeInk(columns, size);
  const down = placeInk(rows, size);
  const centered = new Uint8Array(size * size);
  for (let y = down.first; y <= down.last; y++) {
    const row = data.subarray(y * width + across.first, y * width + across.last + 1);
    centered.set(row, (y + down.shift) * size + across.first + across.shift);
  }
  return centered;
}

/** The first and last place with ink, and how far to move them so that the ink balances at `size / 2`. */
function placeInk(
  ink: Float64Array,
  size: number,
): { readonly first: number; readonly last: number; readonly shift: number } {
  const first = ink.findIndex((amount) => amount > 0);
  const last = ink.findLastIndex((amount) => amount > 0);
  if (first < 0) return { first: 0, last: -1, shift: 0 }; // nothing to place
  if (last - first >= size) {
    throw new RangeError(
      `Cannot center ink ${last - first + 1} pixels long: it must fit into ${size} × ${size}`,
    );
  }
  let mass = 0;
  let moment = 0;
  ink.forEach((amount, at) => {
    mass += amount;
    moment += amount * at;
  });
  const shift = Math.round(size / 2 - moment / mass);
  return { first, last, shift: Math.min(Math.max(shift, -first), size - 1 - last) };
}
