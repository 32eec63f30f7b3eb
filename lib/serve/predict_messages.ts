/**
 * What the thread that predicts and the thread that started it tell each other.
 *
 * @module
 */

/** To the predicting thread: one `start`, then all else. Models have numbers. */
export type ToPredictThread =
  | { readonly kind: "start"; readonly engine: string; readonly threads: number }
  | { readonly kind: "open"; readonly model: number; readonly onnx: Uint8Array }
  | {
    readonly kind: "predict";
    readonly request: number;
    readonly model: number;
    readonly images: Uint8Array | Float32Array;
  }
  | { readonly kind: "close"; readonly model: number };

/** From it: the answer to one `predict`. */
export type FromPredictThread =
  | { readonly request: number; readonly probabilities: Float32Array }
  | { readonly request: number; readonly error: string };
