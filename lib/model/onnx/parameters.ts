import type { Random } from "../../base/random.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import type { PlannedLayer } from "./network_plan.ts";

/** One tensor of weights. */
export interface Parameter {
  readonly dims: readonly number[];
  readonly size: number;
  /** Largest absolute value when training starts. */
  readonly limit: number;
}

/**
 * A layer's parameters, kernel first: none, or a kernel and a bias.
 * All layers' parameters, one after another, make the flat vector `weights`.
 */
export function parametersOf(layer: PlannedLayer): readonly [] | readonly [Parameter, Parameter] {
  const { input, output } = layer;
  if (layer.type === "conv") {
    const { kernelSize } = layer;
    const window = kernelSize * kernelSize;
    return [
      kernel(
        [output.channels, input.channels, kernelSize, kernelSize],
        window * (input.channels + output.channels),
      ),
      bias(output.channels),
    ];
  }
  if (layer.type === "dense") {
    const inputs = input.channels * input.height * input.width;
    const units = output.channels;
    return [kernel([inputs, units], inputs + units), bias(units)];
  }
  return [];
}

/** Glorot and Bengio's uniform distribution: the limit keeps variance alike in both directions. */
function kernel(dims: readonly number[], fans: number): Parameter {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { dims, size, limit: Math.sqrt(6 / fans) };
}

function bias(size: number): Parameter {
  return { dims: [size], size, limit: 0 };
}

/** The weights that training starts from. */
export function initialWeights(parameters: readonly Parameter[], random: Random): Float32Array {
  const values = parameters.flatMap(({ size, limit }) =>
    Array.from({ length: size }, () => limit === 0 ? 0 : random.uniform(-limit, limit))
  );
  return Float32Array.from(values);
}

/** The values of each parameter, as copies. */
export function cutWeights(
  parameters: readonly Parameter[],
  weights: Float32Array,
): Float32Array[] {
  let end = 0;
  return parameters.map(({ size }) => {
    end += size;
    return weights.slice(end - size, end);
  });
}

/** Cuts the flat vector `weights` into every layer's parameters, in the graph. */
export function layParameters(
  g: GraphBuilder,
  plan: readonly PlannedLayer[],
  weights: Value,
): Value[][] {
  const all = plan.flatMap(parametersOf);
  const parts = g.split(weights, all.map(({ size }) => size));
  const shaped = parts.map((part, i) => g.reshape(part, ...all[i]!.dims));
  return plan.map((layer) => shaped.splice(0, parametersOf(layer).length));
}
