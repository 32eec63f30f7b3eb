/**
 * Asks a server that speaks KServe's V1 protocol.
 *
 * @module
 */
import * as v from "valibot";
import { DataError } from "../base/errors.ts";
import { type Ask, parseAnswer } from "./ask.ts";
import type { Prediction } from "./v1.ts";

const Probabilities = v.pipe(
  v.array(v.pipe(v.number(), v.minValue(0))),
  v.nonEmpty(),
);

/** As our own server answers. */
const NamedPrediction = v.object({
  label: v.string(),
  class: v.pipe(v.number(), v.integer(), v.minValue(0)),
  probabilities: Probabilities,
});

/** As those do that answer with what the network gives. */
const BarePrediction = v.pipe(
  Probabilities,
  v.transform((probabilities) => {
    const best = probabilities.indexOf(Math.max(...probabilities));
    return { label: `${best}`, class: best, probabilities };
  }),
);

const PredictionJson = v.lazy((value) => Array.isArray(value) ? BarePrediction : NamedPrediction);

const Answer = v.object({ predictions: v.array(PredictionJson) });

/**
 * One request for all pictures.
 *
 * @param options.path of the model, such as `v1/models/m`.
 */
export async function predictV1(
  ask: Ask,
  images: readonly (Uint8Array | Float32Array)[],
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): Promise<readonly Prediction[]> {
  const headers = { "content-type": "application/json" };
  const answer = await ask(`${path}:predict`, { headers, body: encodeImages(images), signal });
  const { predictions } = parseAnswer(answer, Answer);
  if (predictions.length !== images.length) {
    throw new DataError(
      `Cannot use the answer of ${answer.url}: it has ${predictions.length} predictions for ` +
        `${images.length} pictures`,
    );
  }
  return predictions;
}

/** As bytes only where the server can tell that they are: pictures without a number above 1 are read as 0..1. */
function encodeImages(images: readonly (Uint8Array | Float32Array)[]): string {
  const asBytes = images.every((image) => image instanceof Uint8Array) &&
    images.some((image) => image.some((pixel) => pixel > 1));
  const instances = images.map((image) =>
    asBytes || image instanceof Float32Array
      ? Array.from(image)
      : Array.from(image, (pixel) => pixel / 255)
  );
  return JSON.stringify({ instances });
}
