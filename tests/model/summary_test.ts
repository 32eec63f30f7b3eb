import assert from "node:assert/strict";
import { conv2d, dense, digitsCnn, maxPooling2d } from "../../lib/model/layers.ts";
import { parameterCount, summarizeLayers } from "../../lib/model/summary.ts";

Deno.test("summarizeLayers() lists shapes and parameters as Keras's model.summary() does", () => {
  const rows = summarizeLayers(digitsCnn(), [28, 28, 1]);
  assert.deepEqual(rows.map(({ outputShape }) => outputShape), [
    [26, 26, 32],
    [13, 13, 32],
    [11, 11, 64],
    [5, 5, 64],
    [5, 5, 64],
    [10],
  ]);
  assert.deepEqual(rows.map(({ parameters }) => parameters), [320, 0, 18_496, 0, 0, 16_010]);
});

Deno.test("summarizeLayers() names each layer with its settings", () => {
  const layers = [
    conv2d(8, 3, { padding: "same", activation: "relu" }),
    conv2d(4, 5),
    maxPooling2d(3),
    dense(16, { activation: "relu" }),
    dense(10),
  ];
  assert.deepEqual(summarizeLayers(layers, [28, 28, 3]).map(({ name }) => name), [
    "conv2d 8 × 3×3, same, relu",
    "conv2d 4 × 5×5",
    "maxPooling2d 3×3",
    "dense 16, relu",
    "dense 10",
  ]);
});

Deno.test("parameterCount() of the CNN of the Keras examples is what Keras says", () => {
  assert.equal(parameterCount(digitsCnn(), [28, 28, 1]), 34_826);
});

Deno.test("parameterCount() counts channels, padding and dense layers", () => {
  const layers = [conv2d(2, 3, { padding: "same" }), dense(5), dense(4)];
  assert.equal(parameterCount(layers, [6, 7, 3]), 2 * (27 + 1) + (84 + 1) * 5 + (5 + 1) * 4);
});
