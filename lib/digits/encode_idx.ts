/**
 * Writes the IDX format, for {@linkcode parseIdxImages} and everybody else's readers.
 *
 * @module
 */
import { prefixBytes } from "../base/bytes.ts";
import { type Digits, imageSize } from "./digits.ts";
import { UNSIGNED_BYTE } from "./idx.ts";

/**
 * An IDX file of the pictures; of three dimensions when they are grey, of four
 * otherwise. Where the pictures lie right behind such a header in memory, as
 * {@linkcode parseIdxImages} leaves them, that memory itself and no copy.
 */
export function encodeIdxImages({ images, imageShape }: Digits): Uint8Array {
  const [height, width, channels] = imageShape;
  const count = images.length / imageSize(imageShape);
  const shape = channels === 1 ? [count, height, width] : [count, height, width, channels];
  return prefixBytes(encodeHeader(shape), images);
}

/** An IDX file of the labels, without a copy where {@linkcode encodeIdxImages} makes none. */
export function encodeIdxLabels({ labels }: Digits): Uint8Array {
  return prefixBytes(encodeHeader([labels.length]), labels);
}

function encodeHeader(dimensions: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  view.setUint8(2, UNSIGNED_BYTE);
  view.setUint8(3, dimensions.length);
  dimensions.forEach((dimension, index) => view.setUint32(4 + 4 * index, dimension));
  return new Uint8Array(view.buffer);
}
