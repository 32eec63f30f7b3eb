import assert from "node:assert/strict";
import type { Batch, Optimizer } from "../../../lib/model/engine.ts";
import { conv2d, dense, maxPooling2d } from "../../../lib/model/layers.ts";
import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";
import { adam, rmsprop, sgd } from "../../../lib/model/optimizers.ts";
import { parameterCount } from "../../../lib/model/summary.ts";
import fixture from "../fixtures/keras_curves.json" with { type: "json" };

// Everything here repeats fixtures/keras_curves.py, which made the fixture.
const imageShape = [12, 11, 2] as const;
const [batches, batchSize, classes] = [4, 8, 3];

const relu = { activation: "relu" } as const;
const layers = [
  conv2d(4, 3, { padding: "same", ...relu }),
  maxPooling2d(2),
  conv2d(5, 2, relu),
  maxPooling2d(2),
  dense(8, relu),
  dense(classes),
];

const optimizers: Record<keyof typeof fixture.curves, [Optimizer, learningRate: number]> = {
  "sgd": [sgd(), 0.5],
  "sgd momentum": [sgd({ momentum: 0.9 }), 0.1],
  "sgd nesterov": [sgd({ momentum: 0.9, nesterov: true }), 0.1],
  "rmsprop": [rmsprop(), 0.01],
  "rmsprop momentum": [rmsprop({ momentum: 0.5 }), 0.01],
  "adam": [adam(), 0.02],
};

function batchAt(index: number): Batch {
  const [height, width, channels] = imageShape;
  const images: number[] = [];
  const labels: number[] = [];
  for (let image = index * batchSize; image < (index + 1) * batchSize; image++) {
    const label = image % classes;
    labels.push(label);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        for (let c = 0; c < channels; c++) {
          const noise = (image * image * 31 + i * 17 + j * 29 + i * j * 7 + c * 41) % 41;
          images.push(noise + label * (7 * i + 3 * c * j));
        }
      }
    }
  }
  return { images: Uint8Array.from(images), labels: Uint8Array.from(labels) };
}

function firstWeights(): Float32Array {
  const count = parameterCount(layers, imageShape);
  return Float32Array.from({ length: count }, (_, i) => (i * 7919 + 13) % 1009 / 1009 - 0.5);
}

for (const name of Object.keys(optimizers) as (keyof typeof optimizers)[]) {
  const curve = fixture.curves[name];
  Deno.test(`training with ${name} follows Keras's curve to the last weight`, async () => {
    const [optimizer, learningRate] = optimizers[name];
    const engine = await loadOnnxEngine({ threads: 1, runtime: "native" });
    const options = { imageShape, optimizer, batchSize, seed: 1, emaMomentum: 0 };
    await using other = await engine.trainer(layers, options);
    const fresh = await other.save();
    const state = { ...fresh, vectors: { ...fresh.vectors, weights: firstWeights() } };
    await using trainer = await engine.trainer(layers, { ...options, state });

    // Keras computed in float64, the engine in float32.
    for (const [step, wanted] of curve.losses.entries()) {
      const { loss } = await trainer.step(batchAt(step % batches), { learningRate });
      assertClose(loss, wanted, 1e-5, `loss of step ${step + 1}`);
    }
    const weights = (await trainer.save()).vectors["weights"]!;
    curve.weights.forEach((wanted, i) =>
      assertClose(weights[i * 37]!, wanted, 1e-5, `weight ${i * 37}`)
    );
    const sum = weights.reduce((sum, value) => sum + value, 0);
    const squares = weights.reduce((sum, value) => sum + value ** 2, 0);
    assertClose(sum, curve.weightSum, 1e-4, "sum of the weights");
    assertClose(squares, curve.weightSquares, 1e-4, "sum of the weights' squares");
  });
}

function assertClose(found: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(found - wanted) < tolerance, `${what}: ${found} is not ${wanted}`);
}
