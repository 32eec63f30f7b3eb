/**
 * Requests of the Open Inference Protocol (V2): JSON, with the numbers in it or,
 * as bytes, behind it.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { ImageShape } from "../digits/digits.ts";
import { decodeText } from "./body.ts";
import type { NumberScanner, ScannedList } from "./number_scanner.ts";
import { parseJson } from "./parse_json.ts";
import {
  describe,
  isObject,
  type JsonObject,
  parametersOf,
  readFlag,
  unreadable,
} from "./request_json.ts";
import { scanJson } from "./scan_json.ts";
import { checkInput, imagesFromBytes, imagesFromJson, type InputTensor } from "./tensor.ts";
import { type OutputWish, readWishes } from "./v2_outputs.ts";

/** What a request asks. */
export interface InferRequest {
  /** To be said again in the answer. */
  readonly id: string | undefined;
  /** `[n, height, width, channels]`: bytes 0..255, or floats 0..1. */
  readonly images: Uint8Array | Float32Array;
  /** What to answer with, in this order. */
  readonly outputs: readonly OutputWish[];
}

/** What is needed to read a request. */
export interface InferRequestOptions {
  /** Of the model's pictures. */
  readonly imageShape: ImageShape;
  /** The request's `inference-header-content-length`: how much of the body is JSON. */
  readonly jsonLength: string | null;
  /** Reads plain JSON faster. */
  readonly scanner: NumberScanner;
}

type Images = Uint8Array | Float32Array;

/** Finds the pictures of a tensor. */
type ReadImages = (tensor: InputTensor, input: JsonObject, path: string) => Images;

/**
 * Reads a request.
 * @throws {DataError} naming the path and the value.
 * @throws {RequestError} when it is not UTF-8.
 */
export function parseInferRequest(body: Uint8Array, options: InferRequestOptions): InferRequest {
  const { imageShape, jsonLength, scanner } = options;
  if (jsonLength === null) {
    return scanRequest(body, imageShape, scanner) ??
      parseJson(decodeText(body), (json) => readRequest(json, imageShape, imagesInJson));
  }
  const length = readLength(jsonLength, body.length);
  const numbers = body.subarray(length);
  return parseJson(
    decodeText(body.subarray(0, length)),
    (json) => readRequest(json, imageShape, imagesIn(numbers, imageShape)),
  );
}

/** The fast way for the plain case. Nothing when it can't be gone, be it because the request is wrong. */
function scanRequest(
  body: Uint8Array,
  imageShape: ImageShape,
  scanner: NumberScanner,
): InferRequest | undefined {
  const scanned = scanJson(body, "data", scanner);
  if (!scanned) return undefined;
  try {
    return readRequest(scanned.json, imageShape, (tensor, input, path) => {
      const isHere = input["data"] === null && binarySize(input, path) === undefined;
      if (isHere && fits(scanned.list, tensor)) return imagesOf(scanned.list, tensor);
      throw new DataError("Cannot read the pictures the fast way");
    });
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

function fits({ values, shape, max, integers }: ScannedList, tensor: InputTensor): boolean {
  const inRange = tensor.datatype.range === "0..1" ? max <= 1 : integers;
  if (!inRange) return false;
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  return values.length === size && (shape.length === 1 || `${shape}` === `${tensor.shape}`);
}

/** A copy: the next scan overwrites what was scanned. */
function imagesOf({ values }: ScannedList, { datatype: { range } }: InputTensor): Images {
  return range === "0..1" ? values.slice() : Uint8Array.from(values);
}

function imagesInJson(tensor: InputTensor, input: JsonObject, path: string): Images {
  if (binarySize(input, path) === undefined) {
    return imagesFromJson(input["data"], tensor, `${path}.data`);
  }
  throw new DataError(
    `Cannot find the bytes of ${path}: the request has no header inference-header-content-length`,
  );
}

/** Reads the pictures out of the bytes behind the JSON. */
function imagesIn(bytes: Uint8Array, imageShape: ImageShape): ReadImages {
  return (tensor, input, path) => {
    const size = binarySize(input, path) ?? 0;
    if (size !== bytes.length) {
      throw new DataError(
        `Cannot use the ${bytes.length} bytes behind the JSON: its binary_data_size is ${size} in all`,
      );
    }
    if (size === 0) return imagesInJson(tensor, input, path);
    if (input["data"] !== undefined) {
      throw new DataError(`Cannot read ${path}: it has both data and binary_data_size`);
    }
    return imagesFromBytes(bytes, tensor, `${path}.data`, imageShape);
  };
}

function readRequest(
  request: unknown,
  imageShape: ImageShape,
  readImages: ReadImages,
): InferRequest {
  if (!isObject(request)) throw unreadable("the body", '{"inputs": […]}', request);
  const { id, inputs, outputs } = request;
  if (typeof (id ?? "") !== "string") throw unreadable("id", "a text", id);
  if (!Array.isArray(inputs) || inputs.length !== 1) {
    throw unreadable("inputs", "a list of one tensor", inputs);
  }
  const path = "inputs[0]";
  const input: unknown = inputs[0];
  if (!isObject(input)) throw unreadable(path, "a tensor, which is an object", input);
  const { name, datatype, shape } = input;
  const tensor = checkInput({ name, datatype, shape }, path, imageShape);
  const binary = parametersOf(request, "")["binary_data_output"];
  return {
    id: id as string | null | undefined ?? undefined,
    images: readImages(tensor, input, path),
    outputs: readWishes(outputs ?? [], readFlag(binary, "parameters.binary_data_output")),
  };
}

/** How many bytes of the tensor are behind the JSON, if it is sent so. */
function binarySize(input: JsonObject, path: string): number | undefined {
  const size = parametersOf(input, path)["binary_data_size"];
  if (size === undefined || Number.isSafeInteger(size) && size as number > 0) {
    return size as number | undefined;
  }
  throw unreadable(`${path}.parameters.binary_data_size`, "a number of bytes from 1", size);
}

/** @param total bytes of the body. */
function readLength(text: string, total: number): number {
  const length = Number(text);
  if (/^[0-9]+$/.test(text) && length <= total) return length;
  throw new DataError(
    `Cannot use the header inference-header-content-length: the body has ${total} bytes, got ` +
      describe(text),
  );
}
