import assert from "node:assert/strict";
import { Random } from "../../../lib/base/random.ts";
import { layConv } from "../../../lib/model/onnx/conv_layer.ts";
import type { ConvProduct } from "../../../lib/model/onnx/conv_product.ts";
import type { LaidLayer } from "../../../lib/model/onnx/feature_map.ts";
import type { GraphBuilder, Value } from "../../../lib/model/onnx/graph_builder.ts";
import type { PlannedConv } from "../../../lib/model/onnx/network_plan.ts";
import { layPool } from "../../../lib/model/onnx/pool_layer.ts";
import { layWindowProduct } from "../../../lib/model/onnx/window_product.ts";
import { layWinogradProduct, suitsWinograd } from "../../../lib/model/onnx/winograd_product.ts";
import { relativeError } from "./gradients.ts";
import { runGraph } from "./run_graph.ts";

const batchSize = 2;

function planOf(
  channels: number,
  filters: number,
  options: { padding: number; height: number; width: number },
): PlannedConv {
  const { padding, height, width } = options;
  const lost = 2 - 2 * padding;
  return {
    type: "conv",
    kernelSize: 3,
    padding,
    relu: true,
    poolSize: 2,
    input: { channels, height, width },
    output: { channels: filters, height: (height - lost) / 2, width: (width - lost) / 2 },
  };
}

/** Everything a layer computes, for inputs that have only few values, so that many are equal. */
async function compute(
  plan: PlannedConv,
  lay: (g: GraphBuilder) => LaidLayer,
): Promise<Record<string, number[]>> {
  const random = new Random(2);
  const few = (...dims: number[]) => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return { dims, data: Array.from({ length: size }, () => random.integer(3) / 2) };
  };
  const { input, output } = plan;
  const inputDims = [input.channels, input.height * input.width, batchSize];
  const outputDims = [output.channels, output.height * output.width, batchSize];
  const kernelDims = [output.channels, input.channels, 3, 3];
  const inputs = {
    x: few(...inputDims),
    kernel: few(...kernelDims),
    bias: few(output.channels),
    gradient: few(...outputDims),
  };
  return await runGraph(inputs, (g) => {
    const layer = lay(g);
    const { parameters: [kernel, bias], input } = layer.backward("gradient");
    return {
      output: [layer.output.value, outputDims],
      toKernel: [kernel!, kernelDims],
      toBias: [bias!, [output.channels]],
      toInput: [input(), inputDims],
    };
  });
}

/** Convolution and pooling each on its own. */
function layApart(g: GraphBuilder, plan: PlannedConv): LaidLayer {
  const whole = {
    channels: plan.output.channels,
    height: plan.output.height * 2,
    width: plan.output.width * 2,
  };
  const conv = layConv(g, { ...plan, poolSize: 1, output: whole }, mapOf(plan), ["kernel", "bias"]);
  const pool = layPool(
    g,
    { type: "pool", poolSize: 2, input: whole, output: plan.output },
    conv.output,
  );
  return {
    output: pool.output,
    backward: (gradient) => conv.backward(pool.backward(gradient).input()),
  };
}

function mapOf(plan: PlannedConv) {
  return { ...plan.input, value: "x", batchSize };
}

const plans = {
  "without padding": planOf(1, 10, { padding: 0, height: 6, width: 8 }),
  "with padding": planOf(2, 2, { padding: 1, height: 4, width: 6 }),
};

for (const [name, plan] of Object.entries(plans)) {
  Deno.test(`convolution and pooling in one compute what they do apart, ${name}`, async () => {
    const together = await compute(plan, (g) => layConv(g, plan, mapOf(plan), ["kernel", "bias"]));
    const apart = await compute(plan, (g) => layApart(g, plan));
    // Halves and their sums are exact in float32, in whatever order they are added.
    assert.deepEqual(together, apart);
  });
}

const winogradPlans = {
  "without padding": planOf(8, 4, { padding: 0, height: 8, width: 6 }),
  "with padding": planOf(9, 5, { padding: 1, height: 4, width: 6 }),
};

for (const [name, plan] of Object.entries(winogradPlans)) {
  Deno.test(`Winograd's product is the plain product, ${name}`, async () => {
    assert.ok(suitsWinograd(plan));
    const random = new Random(3);
    const randoms = (...dims: number[]) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return { dims, data: Array.from({ length: size }, () => random.uniform(-1, 1)) };
    };
    const { input, output } = plan;
    const columns = output.height * output.width * batchSize;
    const inputDims = [input.channels, input.height * input.width, batchSize];
    const kernelDims = [output.channels, input.channels, 3, 3];
    const phaseDims = [output.channels, columns];
    const inputs = {
      x: randoms(...inputDims),
      kernel: randoms(...kernelDims),
      ...Object.fromEntries([0, 1, 2, 3].map((i) => [`gradient${i}`, randoms(...phaseDims)])),
    };
    const outputsOf = (g: GraphBuilder, product: ConvProduct) => {
      const { kernel, input } = product.backward([0, 1, 2, 3].map((i) => `gradient${i}`));
      const phases = product.phases.map((phase, i): [string, [Value, number[]]] => [
        `phase${i}`,
        [g.reshape(phase, ...phaseDims), phaseDims],
      ]);
      return {
        ...Object.fromEntries(phases),
        toKernel: [kernel, kernelDims] as [Value, number[]],
        toInput: [input(), inputDims] as [Value, number[]],
      };
    };
    const x = mapOf(plan);
    const found = await runGraph(
      inputs,
      (g) => outputsOf(g, layWinogradProduct(g, plan, x, "kernel")),
    );
    const wanted = await runGraph(
      inputs,
      (g) => outputsOf(g, layWindowProduct(g, plan, x, "kernel")),
    );
    for (const [name, values] of Object.entries(wanted)) {
      const error = relativeError(found[name]!, values);
      assert.ok(error < 1e-6, `${name}: relative error ${error}`);
    }
  });
}

Deno.test("Winograd's product is for 3 × 3 kernels, pooling by 2 and enough channels", () => {
  const plan = planOf(8, 4, { padding: 0, height: 8, width: 6 });
  assert.equal(suitsWinograd({ ...plan, kernelSize: 5 }), false);
  assert.equal(suitsWinograd({ ...plan, poolSize: 1 }), false);
  assert.equal(suitsWinograd({ ...plan, input: { ...plan.input, channels: 1 } }), false);
});
