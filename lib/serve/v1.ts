/**
 * The V1 protocol of KServe (TensorFlow Serving's `predict`): JSON lists in,
 * one prediction a picture out.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";
import type { ImageShape } from "../digits/digits.ts";
import { describe, parseInstances } from "./instances.ts";

/** What a picture was taken for. */
export interface Prediction {
  /** The class's name, such as `"7"`. */
  readonly label: string;
  /** The class's index; of equally probable ones the first. */
  readonly class: number;
  /** Of every class, summing to 1. */
  readonly probabilities: readonly number[];
}

/**
 * Reads a request body: an object with the pictures in `instances`, or in
 * `inputs`. See {@linkcode parseInstances} for how a picture may be written.
 *
 * @returns `[n, height, width, channels]`: bytes 0..255, or floats 0..1.
 * @throws {DataError} naming the path and the value.
 */
export function parseV1Request(body: string, imageShape: ImageShape): Uint8Array | Float32Array {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch (error) {
    refuseNotANumber(body, imageShape);
    throw new DataError(`Cannot parse the body as JSON: ${messageOf(error)}`);
  }
  return parseRequest(request, imageShape);
}

/**
 * Turns probabilities into the predictions of an answer.
 * @param probabilities `[n, classes]`.
 */
export function toPredictions(
  probabilities: Float32Array,
  classNames: readonly string[],
): readonly Prediction[] {
  const classes = classNames.length;
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    const row = Array.from(probabilities.subarray(i * classes, (i + 1) * classes));
    const best = row.indexOf(Math.max(...row));
    return { label: classNames[best]!, class: best, probabilities: row };
  });
}

function parseRequest(request: unknown, imageShape: ImageShape): Uint8Array | Float32Array {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw new DataError(
      `Cannot read the body as {"instances": […]}: got ${describe(request)}`,
    );
  }
  const { instances, inputs } = request as { instances?: unknown; inputs?: unknown };
  if ((instances === undefined) === (inputs === undefined)) {
    throw new DataError(
      `Cannot find the pictures: the body must have either "instances" or "inputs", and has ` +
        (inputs === undefined ? "neither" : "both"),
    );
  }
  return inputs === undefined
    ? parseInstances(instances, "instances", imageShape)
    : parseInstances(inputs, "inputs", imageShape);
}

/** Python writes NaN and Infinity into JSON, which has neither: says where, if that is what is wrong. */
function refuseNotANumber(body: string, imageShape: ImageShape): void {
  let request: unknown;
  try {
    request = JSON.parse(body.replace(/(?<=[[,\s])-?(?:NaN|Infinity)(?=[\],\s])/g, '"$&"'));
  } catch {
    return; // Something else is wrong too.
  }
  parseRequest(request, imageShape);
}
