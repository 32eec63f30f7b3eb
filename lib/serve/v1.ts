/**
 * The V1 protocol of KServe (TensorFlow Serving's `predict`): JSON lists in,
 * one prediction a picture out.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import { decodeText } from "./body.ts";
import { parseInstances } from "./instances.ts";
import type { NumberScanner, ScannedList } from "./number_scanner.ts";
import { parseJson } from "./parse_json.ts";
import { describe, isObject } from "./request_json.ts";
import { scanJson } from "./scan_json.ts";

/** What a picture was taken for. */
export interface Prediction {
  /** The class's name, such as `"7"`. */
  readonly label: string;
  /** The class's index; of equally probable ones the first. */
  readonly class: number;
  /** Of every class, summing to 1. */
  readonly probabilities: readonly number[];
}

/** What is needed to read a request. */
export interface V1RequestOptions {
  /** Of the model's pictures. */
  readonly imageShape: ImageShape;
  /** Reads plain JSON faster. */
  readonly scanner: NumberScanner;
}

/**
 * Reads a request body: an object with the pictures in `instances`, or in
 * `inputs`. See {@linkcode parseInstances} for how a picture may be written.
 *
 * @returns `[n, height, width, channels]`: bytes 0..255, or floats 0..1.
 * @throws {DataError} naming the path and the value.
 * @throws {RequestError} when it is not UTF-8.
 */
export function parseV1Request(
  body: Uint8Array,
  { imageShape, scanner }: V1RequestOptions,
): Uint8Array | Float32Array {
  return scanRequest(body, imageShape, scanner) ??
    parseJson(decodeText(body), (request) => readRequest(request, imageShape));
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

/** The fast way for the plain case. Nothing when it can't be gone, be it because the request is wrong. */
function scanRequest(
  body: Uint8Array,
  imageShape: ImageShape,
  scanner: NumberScanner,
): Uint8Array | Float32Array | undefined {
  const scanned = scanJson(body, "instances", scanner) ?? scanJson(body, "inputs", scanner);
  if (!scanned || !isObject(scanned.json)) return undefined;
  const { instances, inputs } = scanned.json;
  if ((instances === null) === (inputs === null)) return undefined;
  if (instances !== undefined && inputs !== undefined) return undefined;
  const { values, max, integers } = scanned.list;
  if (!isPictures(scanned.list, imageShape) || max > 1 && !integers) return undefined;
  return max > 1 ? Uint8Array.from(values) : values.slice(); // The next scan overwrites the values.
}

function isPictures({ shape }: ScannedList, imageShape: ImageShape): boolean {
  const [height, width, channels] = imageShape;
  const picture = `${shape.slice(1)}`;
  if (picture === `${imageShape}` || picture === `${imageSize(imageShape)}`) return true;
  return channels === 1 && (picture === `${height},${width}` || picture === `1,${height},${width}`);
}

function readRequest(request: unknown, imageShape: ImageShape): Uint8Array | Float32Array {
  if (!isObject(request)) {
    throw new DataError(`Cannot read the body as {"instances": […]}: got ${describe(request)}`);
  }
  const { instances, inputs } = request;
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
