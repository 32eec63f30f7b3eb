import assert from "node:assert/strict";
import {
  conv2d,
  dense,
  digitsCnn,
  dropout,
  type Layer,
  maxPooling2d,
} from "../../lib/model/layers.ts";
import { networkShape } from "../../lib/model/network_shape.ts";

Deno.test("networkShape() tells what comes out of each layer", () => {
  assert.deepEqual(networkShape(digitsCnn(), [28, 28, 1]), [
    [26, 26, 32],
    [13, 13, 32],
    [11, 11, 64],
    [5, 5, 64],
    [5, 5, 64],
    [1, 1, 10],
  ]);
  assert.deepEqual(networkShape([conv2d(4, 6, { padding: "same" }), dense(2)], [5, 3, 3]), [
    [5, 3, 4],
    [1, 1, 2],
  ]);
});

const wrong: readonly (readonly [Layer[], RegExp])[] = [
  [[], /layers must be one layer or more: got \[\]/],
  [[conv2d(0, 3), dense(2)], /layers\[0\]\.filters must be an integer from 1: got 0/],
  [[conv2d(2, 1.5), dense(2)], /layers\[0\]\.kernelSize must be an integer from 1: got 1\.5/],
  [[conv2d(2, 7), dense(2)], /layers\[0\]\.kernelSize .* at most 6 as its input is 6 × 8: got 7/],
  [[conv2d(2, 5), conv2d(2, 3), dense(2)], /layers\[1\]\.kernelSize .* at most 2 .*: got 3/],
  [[maxPooling2d(1), dense(2)], /layers\[0\]\.poolSize must be an integer from 2: got 1/],
  [[conv2d(2, 5), maxPooling2d(3), dense(2)], /layers\[1\]\.poolSize .* at most 2 .*: got 3/],
  [[dropout(1), dense(2)], /layers\[0\]\.rate .* not including, 1: got 1/],
  [[dropout(NaN), dense(2)], /layers\[0\]\.rate/],
  [[dense(-3), dense(2)], /layers\[0\]\.units must be an integer from 1: got -3/],
  [[dense(4), conv2d(2, 1), dense(2)], /layers\[1\] is conv2d after a dense layer/],
  [[dense(4), maxPooling2d(2), dense(2)], /layers\[1\] is maxPooling2d after a dense layer/],
  [[dense(4), dropout(0.5)], /layers\[1\]\.type must be dense .*: got "dropout"/],
  [[dense(4, { activation: "relu" })], /layers\[0\]\.activation must be linear .*: got "relu"/],
  [[dense(1)], /layers\[0\]\.units must be from 2 to 256 classes: got 1/],
  [[dense(257)], /layers\[0\]\.units must be from 2 to 256 classes: got 257/],
  [
    [{ ...dense(2), type: "flatten" } as never],
    /layers\[0\]\.type must be conv2d, .*: got "flatten"/,
  ],
  [
    [conv2d(2, 1, { padding: "full" as never }), dense(2)],
    /layers\[0\]\.padding must be valid or same: got "full"/,
  ],
  [
    [conv2d(2, 1, { activation: "tanh" as never }), dense(2)],
    /layers\[0\]\.activation must be linear or relu: got "tanh"/,
  ],
];

for (const [layers, message] of wrong) {
  Deno.test(`networkShape() refuses ${JSON.stringify(layers)}`, () => {
    assert.throws(() => networkShape(layers, [6, 8, 1]), { name: "RangeError", message });
  });
}

Deno.test("networkShape() refuses an image without pixels", () => {
  assert.throws(() => networkShape([dense(2)], [0, 28, 1]), {
    name: "RangeError",
    message: /imageShape\[0\] must be an integer from 1: got 0/,
  });
});
