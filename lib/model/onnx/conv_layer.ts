import { type FeatureMap, type LaidLayer, mapDims } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { isPositive, maxOf } from "./max_of.ts";
import type { PlannedConv } from "./network_plan.ts";
import { layWindowProduct } from "./window_product.ts";
import { layWinogradProduct, suitsWinograd } from "./winograd_product.ts";

/**
 * A convolution, its activation, and the pooling that follows it at once.
 *
 * The convolution is computed for each phase of the pooling on its own: the
 * first phase is the top left pixel of every pooling window, and so on. Then
 * the pooled map is the largest of the phases, with no pixel moved, and bias
 * and activation, which keep the order of values, come after at a quarter of
 * the cost. Without pooling there is one phase.
 *
 * @param parameters the kernel `[filters, channels, kernelSize, kernelSize]` and the bias
 *   `[filters]`
 */
export function layConv(
  g: GraphBuilder,
  plan: PlannedConv,
  x: FeatureMap,
  [kernel, bias]: readonly [Value, Value],
): LaidLayer {
  const output = { ...plan.output, batchSize: x.batchSize };
  const dims = [output.channels, output.height * output.width * x.batchSize];
  const layProduct = suitsWinograd(plan) ? layWinogradProduct : layWindowProduct;
  const product = layProduct(g, plan, x, kernel);
  const largest = maxOf(g, product.phases);
  const sums = g.add(largest.value, g.reshape(bias, output.channels, 1));
  const activated = plan.relu ? g.op("Relu", [sums]) : sums;
  return {
    output: { ...output, value: g.reshape(activated, ...mapDims(output)) },
    backward(gradient) {
      const flat = g.reshape(gradient, ...dims);
      const toSums = plan.relu ? g.multiply(flat, isPositive(g, activated)) : flat;
      const { kernel, input } = product.backward(largest.backward(toSums));
      return { parameters: [kernel, g.sum(toSums, 1)], input };
    },
  };
}
