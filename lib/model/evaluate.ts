/**
 * What a classifier makes of many pictures.
 *
 * @module
 */
import { type Digits, imageSize } from "../digits/digits.ts";
import type { Classifier } from "./engine.ts";

/** Options of {@linkcode evaluateClassifier}. */
export interface EvaluateOptions {
  /** Heard between chunks. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many pictures are done, after each chunk. */
  readonly progress?: ((done: number) => void) | undefined;
}

// Enough to keep every core busy; the feature maps of 64 MNIST pictures are about 10 MB.
const chunkSize = 64;

/**
 * Every picture's probabilities, `[count, classes]`, computed in chunks: memory
 * stays small, and an abort is heard soon.
 *
 * @throws the signal's reason when aborted.
 */
export async function evaluateClassifier(
  classifier: Classifier,
  digits: Digits,
  { signal, progress }: EvaluateOptions = {},
): Promise<Float32Array> {
  const size = imageSize(digits.imageShape);
  const count = digits.labels.length;
  const probabilities = new Float32Array(count * classifier.classes);
  for (let from = 0; from < count; from += chunkSize) {
    signal?.throwIfAborted();
    const to = Math.min(from + chunkSize, count);
    const chunk = await classifier.predict(digits.images.subarray(from * size, to * size));
    probabilities.set(chunk, from * classifier.classes);
    progress?.(to);
  }
  return probabilities;
}

/** Mean cross-entropy in nats, and the share of pictures with the right class on top. */
export function lossAndAccuracy(
  probabilities: Float32Array,
  labels: Uint8Array,
): { readonly loss: number; readonly accuracy: number } {
  const classes = probabilities.length / labels.length;
  let loss = 0;
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const label = labels[i]!;
    // Keras's bound: one sure mistake would otherwise make the mean infinite.
    loss -= Math.log(Math.max(row[label]!, 1e-7));
    if (row.indexOf(Math.max(...row)) === label) correct++;
  }
  return { loss: loss / labels.length, accuracy: correct / labels.length };
}
