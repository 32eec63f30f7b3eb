import assert from "node:assert/strict";
import { conv2d, dense, digitsCnn, dropout, maxPooling2d } from "../../../lib/model/layers.ts";
import { planNetwork } from "../../../lib/model/onnx/network_plan.ts";

Deno.test("planNetwork() leaves out what a later pooling drops", () => {
  const plan = planNetwork(digitsCnn(), [28, 28, 1]);
  assert.deepEqual(plan.map(({ type }) => type), ["conv", "conv", "dropout", "dense"]);
  assert.deepEqual(plan.map(({ input }) => [input.height, input.width, input.channels]), [
    [26, 26, 1],
    [12, 12, 32],
    [5, 5, 64],
    [5, 5, 64],
  ]);
  assert.deepEqual(plan.map(({ output }) => [output.height, output.width, output.channels]), [
    [12, 12, 32],
    [5, 5, 64],
    [5, 5, 64],
    [1, 1, 10],
  ]);
});

Deno.test("planNetwork() makes one of a convolution and the pooling at once after it", () => {
  const plan = planNetwork(
    [conv2d(2, 3), conv2d(2, 3), maxPooling2d(3), maxPooling2d(2), dense(2)],
    [16, 16, 1],
  );
  assert.deepEqual(plan.map((layer) => [layer.type, "poolSize" in layer ? layer.poolSize : 0]), [
    ["conv", 1],
    ["conv", 3],
    ["pool", 2],
    ["dense", 0],
  ]);
});

Deno.test("planNetwork() keeps apart what has dropout between, and omits dropout of 0", () => {
  const layers = [conv2d(2, 3), dropout(0.5), maxPooling2d(2), dropout(0), dense(2)];
  const plan = planNetwork(layers, [8, 8, 1]);
  assert.deepEqual(plan.map(({ type }) => type), ["conv", "dropout", "pool", "dense"]);
});

Deno.test("planNetwork() pads above and to the left by the smaller half", () => {
  const paddings = [1, 2, 3, 4, 5].map((kernelSize) => {
    const [conv] = planNetwork([conv2d(1, kernelSize, { padding: "same" }), dense(2)], [9, 9, 1]);
    return conv!.type === "conv" ? conv!.padding : undefined;
  });
  assert.deepEqual(paddings, [0, 0, 1, 1, 2]);
});
