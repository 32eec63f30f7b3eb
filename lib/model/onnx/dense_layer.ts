import { type FeatureMap, type LaidLayer, mapDims } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { isPositive } from "./max_of.ts";
import type { PlannedLayer } from "./network_plan.ts";

type PlannedDense = Extract<PlannedLayer, { readonly type: "dense" }>;

/**
 * Every output from every input.
 *
 * @param parameters the kernel `[inputs, units]`, inputs flattened as `[channels, height, width]`,
 *   and the bias `[units]`
 */
export function layDense(
  g: GraphBuilder,
  plan: PlannedDense,
  x: FeatureMap,
  [kernel, bias]: readonly [Value, Value],
): LaidLayer {
  const { batchSize } = x;
  const inputs = x.channels * x.height * x.width;
  const units = plan.output.channels;
  const flat = g.reshape(x.value, inputs, batchSize);
  const sums = g.op("Gemm", [kernel, flat, g.reshape(bias, units, 1)], { transA: 1 });
  const activated = plan.relu ? g.op("Relu", [sums]) : sums;
  const output = { ...plan.output, batchSize };
  return {
    output: { ...output, value: g.reshape(activated, ...mapDims(output)) },
    backward(gradient) {
      const received = g.reshape(gradient, units, batchSize);
      const toSums = plan.relu ? g.multiply(received, isPositive(g, activated)) : received;
      return {
        parameters: [g.op("Gemm", [flat, toSums], { transB: 1 }), g.sum(toSums, 1)],
        input: () => g.reshape(g.matmul(kernel, toSums), ...mapDims(x)),
      };
    },
  };
}
