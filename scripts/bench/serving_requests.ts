/**
 * The requests that inference servers are measured with.
 *
 * @module
 */
import { concatBytes } from "../../lib/base/bytes.ts";
import { type Digits, imageSize } from "../../lib/digits/digits.ts";

/** How a request is written. */
export type RequestForm = "V1 JSON" | "V2 JSON" | "V2 binary";

/** A request, the same each time. */
export interface LoadRequest {
  readonly form: RequestForm;
  /** Pictures in it. */
  readonly images: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Asks what the first so many pictures are: bytes in V1 as people send them, shares in V2 as models take them. */
export function loadRequest(
  form: RequestForm,
  digits: Digits,
  { model, images }: { readonly model: string; readonly images: number },
): LoadRequest {
  const [height, width] = digits.imageShape;
  const pixels = digits.images.subarray(0, images * imageSize(digits.imageShape));
  const json = { "content-type": "application/json" };
  if (form === "V1 JSON") {
    const body = encode({ instances: nest(nest([...pixels], width), height) });
    return { form, images, path: `/v1/models/${model}:predict`, headers: json, body };
  }
  const shares = Float32Array.from(pixels, (pixel) => pixel / 255);
  const isBinary = form === "V2 binary";
  const head = encode({
    id: "1", // KServe's server can't do without.
    parameters: { binary_data_output: isBinary },
    inputs: [{
      name: "image",
      shape: [images, 1, height, width],
      datatype: "FP32",
      // As Python writes them: numbers of 17 digits.
      ...(isBinary
        ? { parameters: { binary_data_size: shares.byteLength } }
        : { data: Array.from(pixels, (pixel) => pixel / 255) }),
    }],
    outputs: [{ name: "probabilities" }],
  });
  const path = `/v2/models/${model}/infer`;
  if (!isBinary) return { form, images, path, headers: json, body: head };
  const headers = {
    "content-type": "application/octet-stream",
    "inference-header-content-length": String(head.length),
  };
  const body = concatBytes([head, new Uint8Array(shares.buffer)]);
  return { form, images, path, headers, body };
}

/** The first picture's most probable class in an answer. */
export function firstClass(answer: Uint8Array, headers: Headers): number {
  const length = Number(headers.get("inference-header-content-length") ?? answer.length);
  const json = JSON.parse(new TextDecoder().decode(answer.subarray(0, length)));
  const row: readonly number[] = json.predictions
    ? json.predictions[0].probabilities
    : length < answer.length
    ? [...new Float32Array(answer.slice(length).buffer)].slice(0, 10)
    : json.outputs[0].data.slice(0, 10);
  return row.indexOf(Math.max(...row));
}

function nest<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from(
    { length: items.length / length },
    (_, i) => items.slice(i * length, (i + 1) * length),
  );
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
