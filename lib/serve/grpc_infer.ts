/**
 * Requests for predictions as gRPC has them, and their answers.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { GrpcMessages, InferInput, InferParameter, TensorContents } from "./grpc_messages.ts";
import type { Predictor } from "./predictor.ts";
import { checkInput, imagesFromBytes, imagesFromNumbers, type InputTensor } from "./tensor.ts";
import { outputTensor, tensorBytes } from "./v2_answer.ts";
import { type OutputWish, readWishes } from "./v2_outputs.ts";

/** Where numbers of each datatype are that are not sent as bytes. */
const CONTENTS: Readonly<Record<string, keyof TensorContents>> = {
  FP32: "fp32_contents",
  FP64: "fp64_contents",
  UINT8: "uint_contents",
  UINT16: "uint_contents",
  UINT32: "uint_contents",
  UINT64: "uint64_contents",
  INT16: "int_contents",
  INT32: "int_contents",
  INT64: "int64_contents",
};

/** What a request asks. */
export interface GrpcInferRequest {
  /** `[n, height, width, channels]`: bytes 0..255, or floats 0..1. */
  readonly images: Uint8Array | Float32Array;
  /** What to answer with, in this order. */
  readonly outputs: readonly OutputWish[];
}

/**
 * Reads a request.
 * @throws {DataError} naming the path and the value.
 */
export function readGrpcInfer(
  { inputs, outputs, raw_input_contents: raw }: GrpcMessages["ModelInferRequest"],
  { imageShape }: Pick<Predictor, "imageShape">,
): GrpcInferRequest {
  const [input] = inputs;
  if (!input || inputs.length !== 1) {
    throw new DataError(
      `Cannot read inputs as a list of one tensor: got a list of ${inputs.length}`,
    );
  }
  const tensor = checkInput(input, "inputs[0]", imageShape);
  const wishes = outputs.map(({ name, parameters }) => ({
    name,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, valueOf(value)]),
    ),
  }));
  const images = raw.length > 0
    ? imagesInBytes(raw, input, tensor, imageShape)
    : imagesInContents(input, tensor);
  return { images, outputs: readWishes(wishes, true) };
}

/** The message that says what was found in the pictures of a request with this `id`. */
export function grpcInferAnswer(
  probabilities: Float32Array,
  { model, id, outputs }: {
    readonly model: Predictor;
    readonly id: string;
    readonly outputs: readonly OutputWish[];
  },
): Readonly<Record<string, unknown>> {
  const tensors = outputs.map((wish) => outputTensor(wish, probabilities, model.classNames));
  return {
    model_name: model.name,
    model_version: model.version,
    id,
    outputs: tensors.map(({ datatype, shape }, i) => ({
      name: outputs[i]!.name,
      datatype,
      shape,
    })),
    raw_output_contents: tensors.map(({ data }) => tensorBytes(data)),
  };
}

function imagesInBytes(
  raw: readonly Uint8Array[],
  { contents }: InferInput,
  tensor: InputTensor,
  imageShape: Predictor["imageShape"],
): Uint8Array | Float32Array {
  const [bytes] = raw;
  if (!bytes || raw.length !== 1) {
    throw new DataError(
      `Cannot read raw_input_contents: there must be one for each input, which is 1, and there ` +
        `are ${raw.length}`,
    );
  }
  if (contents) {
    throw new DataError("Cannot read inputs[0]: it has both contents and raw_input_contents");
  }
  return imagesFromBytes(bytes, tensor, "raw_input_contents[0]", imageShape);
}

function imagesInContents(
  { contents }: InferInput,
  tensor: InputTensor,
): Uint8Array | Float32Array {
  const { datatype, shape } = tensor;
  const field = CONTENTS[datatype.name];
  if (!field) {
    throw new DataError(
      `Cannot read inputs[0].contents as ${datatype.name}: send it in raw_input_contents`,
    );
  }
  const path = `inputs[0].contents.${field}`;
  const numbers = contents?.[field] ?? [];
  const size = shape.reduce((product, length) => product * length, 1);
  if (numbers.length !== size) {
    throw new DataError(
      `Cannot read ${path} as ${datatype.name} [${shape}]: it must have ${size} numbers, and ` +
        `has ${numbers.length}`,
    );
  }
  return imagesFromNumbers(numbers as readonly number[], datatype, path);
}

function valueOf(parameter: InferParameter): unknown {
  return Object.values(parameter)[0];
}
