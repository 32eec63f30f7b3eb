import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { layerOutputs } from "../../lib/model/layer_outputs.ts";
import { conv2d, dense, dropout, type Layer, maxPooling2d } from "../../lib/model/layers.ts";
import { inferenceGraph } from "../../lib/model/onnx/inference_graph.ts";
import { readWeights } from "../../lib/model/onnx/read_weights.ts";
import { parameterCount } from "../../lib/model/summary.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import { sampleReport } from "../draw/sample_report.ts";
import { referenceScores } from "./reference_network.ts";

const layers: readonly Layer[] = [
  conv2d(3, 3, { padding: "same", activation: "relu" }),
  maxPooling2d(2),
  dropout(0.5),
  dense(5, { activation: "relu" }),
  dense(4),
];
const imageShape: ImageShape = [6, 5, 2];

function modelOf(weights: Float32Array): TrainedModel {
  const { description } = sampleReport();
  return {
    onnx: inferenceGraph(layers, imageShape, weights),
    description: { ...description, layers, imageShape },
  };
}

function randomWeights(): Float32Array {
  const random = new Random(3);
  const count = parameterCount(layers, imageShape);
  return Float32Array.from({ length: count }, () => random.uniform(-0.5, 0.5));
}

const pixels = Uint8Array.from({ length: 60 }, (_, i) => (37 * i) % 256);

Deno.test("layerOutputs() gives every layer but dropout, and ends with the scores of the oracle", async () => {
  const weights = randomWeights();
  const outputs = await layerOutputs(modelOf(weights), pixels, { runtime: "wasm" });
  assert.deepEqual(outputs.map(({ name, shape }) => [name, shape]), [
    ["conv2d 3 × 3×3, same, relu", [6, 5, 3]],
    ["maxPooling2d 2×2", [3, 2, 3]],
    ["dense 5, relu", [1, 1, 5]],
    ["dense 4", [1, 1, 4]],
  ]);
  const scores = referenceScores(layers, imageShape, weights, pixels)[0]!;
  assert.equal(outputs.at(-1)!.values.length, 4);
  outputs.at(-1)!.values.forEach((score, i) => assert.ok(Math.abs(score - scores[i]!) < 1e-5));
});

Deno.test("layerOutputs() gives maps one plane a channel: pooling takes the largest of each window", async () => {
  const [conv, pooled] = await layerOutputs(modelOf(randomWeights()), pixels, { runtime: "wasm" });
  const at = (channel: number, row: number, column: number) =>
    conv!.values[channel * 30 + row * 5 + column]!;
  for (let channel = 0; channel < 3; channel++) {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 2; column++) {
        const window = [0, 1, 2, 3].map((i) => at(channel, 2 * row + (i >> 1), 2 * column + i % 2));
        assert.equal(pooled!.values[channel * 6 + row * 2 + column], Math.max(...window));
      }
    }
  }
});

Deno.test("readWeights() gives back what a model was written with", () => {
  const weights = randomWeights();
  const stored = readWeights(modelOf(weights).onnx);
  assert.deepEqual(stored.map(({ name, dims }) => [name, dims]), [
    ["kernel0", [3, 2, 3, 3]],
    ["bias0", [3]],
    ["kernel1", [18, 5]],
    ["bias1", [5]],
    ["kernel2", [5, 4]],
    ["bias2", [4]],
  ]);
  assert.deepEqual(Float32Array.from(stored.flatMap(({ values }) => [...values])), weights);
});

Deno.test("readWeights() refuses bytes that are no model of ours", () => {
  for (const bytes of [new Uint8Array(), Uint8Array.of(0x3a, 0xff), new Uint8Array(100).fill(7)]) {
    assert.throws(() => readWeights(bytes), DataError);
  }
});

Deno.test("layerOutputs() refuses a picture of another size", async () => {
  await assert.rejects(layerOutputs(modelOf(randomWeights()), pixels.subarray(1)), {
    name: "RangeError",
    message:
      "Cannot show the network a picture of 59 bytes: it reads pictures of 6×5×2, which have 60",
  });
});
