import type { FeatureMap, LaidLayer } from "./feature_map.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { maxOf, sharesOf } from "./max_of.ts";
import type { PlannedLayer } from "./network_plan.ts";
import { layMerged, layPhases } from "./phases.ts";

type PlannedPool = Extract<PlannedLayer, { readonly type: "pool" }>;

/** Max pooling that doesn't follow a convolution at once. */
export function layPool(
  g: GraphBuilder,
  { poolSize, output }: PlannedPool,
  x: FeatureMap,
): LaidLayer {
  const largest = maxOf(g, layPhases(g, x, poolSize, output));
  return {
    output: { ...output, batchSize: x.batchSize, value: largest.value },
    backward: (gradient) => ({
      parameters: [],
      input: () => layMerged(g, sharesOf(g, largest.backward(gradient)), poolSize, output),
    }),
  };
}
