/**
 * The layers of a network, named as in Keras. Plain data: an engine turns them
 * into something that computes.
 *
 * @module
 */

/** What a layer's output passes through. */
export type Activation = "linear" | "relu";

/** A layer of a sequential network. */
export type Layer =
  | {
    readonly type: "conv2d";
    readonly filters: number;
    readonly kernelSize: number;
    readonly padding: "valid" | "same";
    readonly activation: Activation;
  }
  | { readonly type: "maxPooling2d"; readonly poolSize: number }
  | { readonly type: "dropout"; readonly rate: number }
  | { readonly type: "dense"; readonly units: number; readonly activation: Activation };

/** A convolution with stride 1. Glorot-uniform kernel, zero bias. */
export function conv2d(
  filters: number,
  kernelSize: number,
  options: { readonly padding?: "valid" | "same"; readonly activation?: Activation } = {},
): Layer {
  const { padding = "valid", activation = "linear" } = options;
  return { type: "conv2d", filters, kernelSize, padding, activation };
}

/** The largest value of each window; the stride is the window's size and what is left over at the edge is dropped. */
export function maxPooling2d(poolSize = 2): Layer {
  return { type: "maxPooling2d", poolSize };
}

/** While training, zeroes this share of the values and scales the rest up; otherwise nothing. */
export function dropout(rate: number): Layer {
  return { type: "dropout", rate };
}

/** Every output from every input; flattens what comes in. Glorot-uniform kernel, zero bias. */
export function dense(units: number, options: { readonly activation?: Activation } = {}): Layer {
  const { activation = "linear" } = options;
  return { type: "dense", units, activation };
}

/**
 * The small CNN of the Keras examples, but with half their dropout: few epochs
 * need no more. Its last layer gives one score a class; softmax belongs to the
 * loss while training and to the exported model after.
 */
export function digitsCnn(classes = 10): readonly Layer[] {
  return [
    conv2d(32, 3, { activation: "relu" }),
    maxPooling2d(2),
    conv2d(64, 3, { activation: "relu" }),
    maxPooling2d(2),
    dropout(0.25),
    dense(classes),
  ];
}
