/**
 * Proves that a model answers as a model should before anyone else asks it, which
 * also warms it.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import type { Predictor } from "./predictor.ts";

const KNOWN_DIGITS = 20; // Two of each: 5 ms to draw, and half of them tells a model from a guess.
const TOLERANCE = 1e-3; // A picture alone and among others may be summed in another order.

/** What a model made of the known digits. */
export interface Proof {
  /** How many it was shown; 0 when it reads something else than digits. */
  readonly known: number;
  /** How many of those it read right. */
  readonly right: number;
}

/**
 * Shows a model pictures, alone and together, as bytes and as floats: it must give one
 * finite probability a class, summing to 1, and the same ones each time. A model of
 * digits is shown digits.
 *
 * @param before what the version made of them that this one is to replace.
 * @throws {DataError} when it answers with something else, or reads less than half as many digits as that version.
 */
export async function proveModel(predictor: Predictor, before: Proof | null): Promise<Proof> {
  const { images, labels } = await knownPictures(predictor);
  const size = imageSize(predictor.imageShape);
  const together = await answerOf(predictor, images);
  const first = images.subarray(0, size);
  const classes = predictor.classNames.length;
  for (const form of [first, Float32Array.from(first, (pixel) => pixel / 255)]) {
    const alone = await answerOf(predictor, form);
    const differs = alone.findIndex((p, i) => !(Math.abs(p - together[i]!) < TOLERANCE));
    if (differs >= 0) {
      throw unproven(
        predictor,
        `it says ${alone[differs]} of a picture alone and ${
          together[differs]
        } of the same among others`,
      );
    }
  }
  const right = labels.filter((label, i) => {
    const row = together.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === label;
  }).length;
  if (before && labels.length > 0 && right < before.right / 2) {
    throw unproven(
      predictor,
      `it reads ${right} of ${labels.length} known digits right where the version in service reads ${before.right}`,
    );
  }
  return { known: labels.length, right };
}

async function answerOf(
  predictor: Predictor,
  images: Uint8Array | Float32Array,
): Promise<Float32Array> {
  const { probabilities } = await predictor.predict(images);
  const classes = predictor.classNames.length;
  const count = images.length / imageSize(predictor.imageShape);
  if (probabilities.length !== count * classes) {
    throw unproven(
      predictor,
      `it gives ${probabilities.length} numbers for ${count} pictures of ${classes} classes`,
    );
  }
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const sum = row.reduce((sum, p) => sum + p, 0);
    if (!row.every((p) => p >= 0) || !(Math.abs(sum - 1) < TOLERANCE)) {
      throw unproven(
        predictor,
        `its answer to picture ${i} is no probabilities: they sum to ${sum}`,
      );
    }
  }
  return probabilities;
}

async function knownPictures(
  { imageShape, classNames }: Predictor,
): Promise<{ readonly images: Uint8Array; readonly labels: readonly number[] }> {
  if (`${imageShape}` === "28,28,1" && classNames.join("") === "0123456789") {
    // Loaded here: whoever serves something else does without it.
    const { generateDigits } = await import("../digits/synthetic.ts");
    const { images, labels } = generateDigits(KNOWN_DIGITS);
    return { images, labels: [...labels] };
  }
  return { images: patterns(imageShape), labels: [] };
}

/** Blank, full and two slopes: any picture may come, and these are the extremes. */
function patterns(imageShape: ImageShape): Uint8Array {
  const size = imageSize(imageShape);
  return Uint8Array.from({ length: 4 * size }, (_, i) => {
    const slope = Math.floor(255 * (i % size) / size);
    return [slope, 255 - slope, 0, 255][Math.floor(i / size)]!;
  });
}

function unproven({ name, version }: Predictor, why: string): DataError {
  return new DataError(`Cannot serve ${name} version ${version} as ${why}`);
}
