/**
 * Arrays in MLflow's words. Pure.
 *
 * @module
 */
import type { TensorSpec } from "../../pipeline/tracker.ts";

/**
 * JSON text of the arrays that a model or dataset has. A lone array goes without its name, as in
 * signatures that MLflow infers: it may then be given as it is, without a dictionary around it.
 */
export function encodeTensorSpecs(specs: readonly TensorSpec[]): string {
  const named = specs.length > 1;
  return JSON.stringify(specs.map(({ name, dtype, shape }) => ({
    ...(named && { name }),
    type: "tensor",
    "tensor-spec": { dtype, shape },
  })));
}
