/**
 * The optimizers, with Keras's names and presets.
 *
 * @module
 */
import type { Optimizer } from "./engine.ts";

/** Stochastic gradient descent, with momentum if wanted. */
export function sgd(
  options: { readonly momentum?: number; readonly nesterov?: boolean } = {},
): Optimizer {
  const { momentum = 0, nesterov = false } = options;
  return { name: "sgd", momentum, nesterov };
}

/** Divides the gradient by a running root of its mean square. */
export function rmsprop(
  options: { readonly rho?: number; readonly momentum?: number; readonly epsilon?: number } = {},
): Optimizer {
  const { rho = 0.9, momentum = 0, epsilon = 1e-7 } = options;
  return { name: "rmsprop", rho, momentum, epsilon };
}

/** Kingma and Ba's, with bias correction. */
export function adam(
  options: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number } = {},
): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  return { name: "adam", beta1, beta2, epsilon };
}

const presets = { sgd, rmsprop, adam };

/** The names that {@linkcode optimizerNamed} knows. */
export const optimizerNames: readonly string[] = Object.keys(presets);

/**
 * The optimizer of this name with Keras's presets.
 *
 * @throws {RangeError} when there is none of this name; the message lists those there are.
 */
export function optimizerNamed(name: string): Optimizer {
  for (const [known, preset] of Object.entries(presets)) {
    if (known === name) return preset();
  }
  throw new RangeError(
    `Cannot use the optimizer ${JSON.stringify(name)}: choose one of ${optimizerNames.join(", ")}`,
  );
}
