import type { Value } from "./graph_builder.ts";

/** A convolution without its bias: a matrix for each phase of the pooling, and the way back. */
export interface ConvProduct {
  /** Each `[filters, height * width * batch]`, with the size after pooling. */
  readonly phases: readonly Value[];
  /**
   * Takes the gradients as {@linkcode MaxOf} gives them, since everything is linear: differences
   * are cheaper to take of what a gradient is multiplied with.
   *
   * @param left `sharesOf(left)` are gradients of the loss with respect to the phases
   */
  backward(left: readonly Value[]): ConvGradients;
}

/** Gradients of the loss. */
export interface ConvGradients {
  /** With respect to the kernel, in its shape. */
  readonly kernel: Value;
  /** With respect to the feature map. Only now it is added to the graph. */
  input(): Value;
}
