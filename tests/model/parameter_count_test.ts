import assert from "node:assert/strict";
import { conv2d, dense, digitsCnn } from "../../lib/model/layers.ts";
import { parameterCount } from "../../lib/model/parameter_count.ts";

Deno.test("parameterCount() of the CNN of the Keras examples is what Keras says", () => {
  assert.equal(parameterCount(digitsCnn(), [28, 28, 1]), 34_826);
});

Deno.test("parameterCount() counts channels, padding and dense layers", () => {
  const layers = [conv2d(2, 3, { padding: "same" }), dense(5), dense(4)];
  assert.equal(parameterCount(layers, [6, 7, 3]), 2 * (27 + 1) + (84 + 1) * 5 + (5 + 1) * 4);
});
