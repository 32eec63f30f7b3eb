import assert from "node:assert/strict";
import { conv2d, dense, digitsCnn, maxPooling2d } from "../../lib/model/layers.ts";
import { parameterCount } from "../../lib/model/parameter_count.ts";
import { summarizeLayers } from "../../lib/model/summary.ts";

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

Deno.test("summarizeLayers() counts as many parameters as parameterCount()", () => {
  const layers = [conv2d(8, 3, { padding: "same" }), maxPooling2d(2), dense(20), dense(5)];
  const total = summarizeLayers(layers, [9, 7, 3]).reduce((sum, row) => sum + row.parameters, 0);
  assert.equal(total, parameterCount(layers, [9, 7, 3]));
});

Deno.test("summarizeLayers() refuses layers that don't fit the pictures", () => {
  assert.throws(() => summarizeLayers([conv2d(8, 9), dense(10)], [8, 8, 1]), RangeError);
});
