/**
 * Answers of the Open Inference Protocol (V2).
 *
 * @module
 */
import { concatBytes } from "../base/bytes.ts";
import type { Predictor } from "./predictor.ts";
import type { OutputWish } from "./v2_outputs.ts";

const utf8 = new TextEncoder();

/** An answer, ready to send. */
export interface InferAnswer {
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** How much of the body is JSON, where bytes are behind it. */
  readonly jsonLength?: number;
}

/** What an answer is about. */
export interface InferAnswerOptions {
  /** Which model and version it is from. */
  readonly model: Pick<Predictor, "name" | "version" | "classNames">;
  /** The request's. */
  readonly id: string | undefined;
  /** What was asked for. */
  readonly outputs: readonly OutputWish[];
}

/** A tensor of an answer. Texts are `BYTES`, bytes of them with their length in front. */
export interface Tensor {
  readonly datatype: "FP32" | "INT64" | "BYTES";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array<ArrayBuffer> | readonly string[];
}

/**
 * Writes an answer.
 * @param probabilities `[n, classes]`.
 */
export function encodeInferAnswer(
  probabilities: Float32Array,
  { model, id, outputs }: InferAnswerOptions,
): InferAnswer {
  const parts: Uint8Array[] = [];
  const texts = outputs.map((wish) => {
    const { datatype, shape, data } = outputTensor(wish, probabilities, model.classNames);
    const head = `{"name":"${wish.name}","datatype":"${datatype}","shape":[${shape}],`;
    if (!wish.binary) return `${head}"data":[${jsonItems(data)}]}`;
    const bytes = tensorBytes(data);
    parts.push(bytes);
    return `${head}"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const named = `{"model_name":"${model.name}","model_version":${JSON.stringify(model.version)}`;
  const said = id === undefined ? "" : `,"id":${JSON.stringify(id)}`;
  const json = `${named}${said},"outputs":[${texts}]}`;
  if (parts.length === 0) return { body: json };
  const head = utf8.encode(json);
  return { body: concatBytes([head, ...parts]), jsonLength: head.length };
}

/** The most probable class of each picture, of equally probable ones the first. */
export function mostProbable(probabilities: Float32Array, classes: number): number[] {
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[i * classes + k]! > probabilities[i * classes + best]!) best = k;
    }
    return best;
  });
}

/** An output as a tensor. */
export function outputTensor(
  { name, topClasses }: OutputWish,
  probabilities: Float32Array,
  classNames: readonly string[],
): Tensor {
  const classes = classNames.length;
  const count = probabilities.length / classes;
  switch (name) {
    case "probabilities": {
      if (topClasses === 0) {
        return { datatype: "FP32", shape: [count, classes], data: probabilities };
      }
      const data = topTexts(probabilities, classNames, topClasses);
      return { datatype: "BYTES", shape: [count, data.length / count], data };
    }
    case "class": {
      const data = BigInt64Array.from(mostProbable(probabilities, classes), BigInt);
      return { datatype: "INT64", shape: [count], data };
    }
    case "label": {
      const data = mostProbable(probabilities, classes).map((best) => classNames[best]!);
      return { datatype: "BYTES", shape: [count], data };
    }
  }
}

/** `0.98:7:seven`, as Triton's classification extension has it. */
function topTexts(
  probabilities: Float32Array,
  classNames: readonly string[],
  top: number,
): readonly string[] {
  const classes = classNames.length;
  return Array.from({ length: probabilities.length / classes }, (_, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const order = Array.from(row.keys()).sort((a, b) => row[b]! - row[a]!);
    return order.slice(0, top).map((k) => `${row[k]}:${k}:${classNames[k]}`);
  }).flat();
}

function jsonItems(data: Tensor["data"]): string {
  return isNumbers(data) ? data.join() : data.map((text) => JSON.stringify(text)).join();
}

/** A tensor's numbers or texts, little-endian. */
export function tensorBytes(data: Tensor["data"]): Uint8Array {
  if (isNumbers(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return concatBytes(data.flatMap((text) => {
    const bytes = utf8.encode(text);
    return [new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes];
  }));
}

function isNumbers(data: Tensor["data"]): data is Float32Array | BigInt64Array<ArrayBuffer> {
  return ArrayBuffer.isView(data);
}
