/**
 * What a client and a server of the Open Inference Protocol (V2) send each other:
 * JSON and, with the binary tensor extension, the numbers behind it.
 *
 * @module
 */
import * as v from "valibot";
import { concatBytes } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { type Answer, parseAnswer } from "./ask.ts";

/** A tensor that a model takes or gives. */
export interface TensorMetadata {
  /** What requests and answers call it. */
  readonly name: string;
  /** Such as `FP32` or `UINT8`. */
  readonly datatype: string;
  /** -1 is any size. */
  readonly shape: readonly number[];
}

/** A tensor of an answer, as numbers or as text. */
export interface OutputTensor extends TensorMetadata {
  /** In the order of the shape. */
  readonly values: readonly unknown[];
}

/** A request as it is sent. */
export interface InferMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const lengthHeader = "inference-header-content-length";

/** Pixels 0..1 in the datatypes that models take. */
const encoders = {
  UINT8: (shares: Float32Array) => Uint8Array.from(shares, (share) => Math.round(255 * share)),
  FP32: (shares: Float32Array) => shares,
  FP64: (shares: Float32Array) => Float64Array.from(shares),
};

const AnswerJson = v.object({
  outputs: v.array(v.object({
    name: v.string(),
    datatype: v.string(),
    shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
    data: v.nullish(v.array(v.unknown()), []),
    parameters: v.nullish(v.object({ binary_data_size: v.nullish(v.number()) }), {}),
  })),
});

/**
 * Writes a request.
 *
 * @param images one flat array of pixels a picture, all of one length: bytes 0..255, or floats 0..1.
 * @param options.input what the model takes them as; its first dimension is that of the pictures.
 * @param options.outputs what to answer with; all that there is when there are none.
 * @param options.binary whether the numbers are sent and asked for as bytes.
 * @throws {DataError} when the pictures do not fit the input.
 */
export function encodeInferRequest(
  images: readonly (Uint8Array | Float32Array)[],
  { input, outputs, binary }: {
    readonly input: TensorMetadata;
    readonly outputs: readonly TensorMetadata[];
    readonly binary: boolean;
  },
): InferMessage {
  const { name, datatype } = input;
  const numbers = encodeImages(images, input);
  const shape = [images.length, ...input.shape.slice(1)];
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const tensor = binary
    ? { name, datatype, shape, parameters: { binary_data_size: bytes.length } }
    : { name, datatype, shape, data: Array.from(numbers) };
  const wanted = outputs.map(({ name, datatype }) => ({
    name,
    parameters: { binary_data: binary && datatype !== "BYTES" },
  }));
  const json = JSON.stringify({ inputs: [tensor], ...wanted.length > 0 && { outputs: wanted } });
  if (!binary) return { headers: { "content-type": "application/json" }, body: json };
  const header = new TextEncoder().encode(json);
  return {
    headers: { "content-type": "application/octet-stream", [lengthHeader]: `${header.length}` },
    body: concatBytes([header, bytes]),
  };
}

/**
 * Reads an answer.
 *
 * @throws {DataError} when it is none.
 */
export function decodeInferAnswer({ url, headers, body }: Answer): readonly OutputTensor[] {
  let at = Number(headers.get(lengthHeader) ?? body.length);
  const { outputs } = parseAnswer({ url, body: body.subarray(0, at) }, AnswerJson);
  return outputs.map(({ parameters: { binary_data_size: size }, data, ...tensor }) => {
    const count = tensor.shape.reduce((product, length) => product * length, 1);
    const values = size == null ? data.flat(Infinity) : readNumbers(
      body.subarray(at, at += size),
      tensor.datatype,
    );
    if (values.length === count) return { ...tensor, values };
    throw new DataError(
      `Cannot use the answer of ${url}: output ${tensor.name} has ${values.length} values for ` +
        `its shape [${tensor.shape}]`,
    );
  });
}

function encodeImages(
  images: readonly (Uint8Array | Float32Array)[],
  { name, datatype, shape }: TensorMetadata,
): Uint8Array | Float32Array | Float64Array {
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  const other = images.find((image) => image.length !== size);
  if (other) {
    throw new DataError(
      `Cannot send a picture of ${other.length} pixels: input ${name} takes [${shape}]`,
    );
  }
  if (!(datatype in encoders)) {
    throw new DataError(
      `Cannot send pictures as ${datatype}, which input ${name} takes: ` +
        `possible are ${Object.keys(encoders).join(", ")}`,
    );
  }
  const encode = encoders[datatype as keyof typeof encoders];
  const shares = new Float32Array(size * images.length);
  images.forEach((image, i) => {
    const isBytes = image instanceof Uint8Array;
    shares.set(isBytes ? Float32Array.from(image, (byte) => byte / 255) : image, i * size);
  });
  return encode(shares);
}

/** Little-endian numbers; none where the datatype is not one of those that probabilities have. */
function readNumbers(bytes: Uint8Array<ArrayBuffer>, datatype: string): readonly number[] {
  const { buffer, byteOffset, length } = bytes;
  const view = new DataView(buffer, byteOffset, length);
  switch (datatype) {
    case "FP32":
      return Array.from({ length: length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
    case "FP64":
      return Array.from({ length: length >> 3 }, (_, i) => view.getFloat64(8 * i, true));
    default:
      return [];
  }
}
