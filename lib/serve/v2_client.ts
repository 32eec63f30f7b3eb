/**
 * Asks a server that speaks the Open Inference Protocol (V2).
 *
 * @module
 */
import * as v from "valibot";
import { DataError } from "../base/errors.ts";
import { type Answer, type Ask, parseAnswer } from "./ask.ts";
import type { Prediction } from "./v1.ts";
import { decodeInferAnswer, encodeInferRequest } from "./v2_message.ts";
import type { TensorMetadata } from "./v2_message.ts";

/** What a server says of a model. What it does not say is empty. */
export interface ModelMetadata {
  /** As it was asked for. */
  readonly name: string;
  /** Those that can be asked. */
  readonly versions: readonly string[];
  /** What computes. */
  readonly platform: string;
  /** What it takes. */
  readonly inputs: readonly TensorMetadata[];
  /** What it gives. */
  readonly outputs: readonly TensorMetadata[];
}

const Tensor = v.object({
  name: v.string(),
  datatype: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer())),
});

const Metadata = v.object({
  name: v.string(),
  versions: v.nullish(v.array(v.string()), []),
  platform: v.nullish(v.string(), ""),
  inputs: v.nullish(v.array(Tensor), []),
  outputs: v.nullish(v.array(Tensor), []),
});

const Probability = v.pipe(v.number(), v.minValue(0));

/** What a server says of the model at a path such as `v2/models/m`. */
export async function readMetadata(
  ask: Ask,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ModelMetadata> {
  return parseAnswer(await ask(path, { signal }), Metadata);
}

/**
 * One request for all pictures.
 *
 * @param options.metadata what the model takes and gives.
 */
export async function predictV2(
  ask: Ask,
  images: readonly (Uint8Array | Float32Array)[],
  { path, metadata, binary, signal }: {
    readonly path: string;
    readonly metadata: ModelMetadata;
    readonly binary: boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly Prediction[]> {
  const [input, ...others] = metadata.inputs;
  if (!input || others.length > 0) {
    throw new DataError(
      `Cannot send pictures to ${path}: the model takes ${metadata.inputs.length} tensors, not one`,
    );
  }
  const outputs = metadata.outputs.filter((output) => isProbabilities(output) || isLabels(output));
  const message = encodeInferRequest(images, { input, outputs, binary });
  const answer = await ask(`${path}/infer`, { ...message, signal });
  return readPredictions(answer, images.length);
}

function readPredictions(answer: Answer, count: number): readonly Prediction[] {
  const outputs = decodeInferAnswer(answer);
  const probabilities = outputs.find(isProbabilities);
  if (probabilities?.shape[0] !== count) {
    const those = outputs.map(({ name, shape }) => `${name} [${shape}]`).join(", ");
    throw new DataError(
      `Cannot find the probabilities of ${count} pictures in the answer of ${answer.url}: ` +
        `it has ${those || "no outputs"}`,
    );
  }
  const numbers = v.safeParse(v.array(Probability), probabilities.values);
  if (!numbers.success) {
    throw new DataError(`Cannot use the answer of ${answer.url}: ${numbers.issues[0].message}`);
  }
  const labels = outputs.find((output) => isLabels(output) && output.values.length === count);
  const classes = numbers.output.length / count;
  return Array.from({ length: count }, (_, i) => {
    const row = numbers.output.slice(i * classes, (i + 1) * classes);
    const best = row.indexOf(Math.max(...row));
    return { label: `${labels?.values[i] ?? best}`, class: best, probabilities: row };
  });
}

/** Whether a tensor has a row of numbers for each picture. */
function isProbabilities({ datatype, shape }: TensorMetadata): boolean {
  return /^FP(32|64)$/.test(datatype) && shape.length === 2;
}

/** Whether a tensor has a text for each picture. */
function isLabels({ datatype, shape }: TensorMetadata): boolean {
  return datatype === "BYTES" && shape.slice(1).every((length) => length === 1);
}
