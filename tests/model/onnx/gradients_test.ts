import assert from "node:assert/strict";
import { Random } from "../../../lib/base/random.ts";
import type { ImageShape } from "../../../lib/digits/digits.ts";
import {
  conv2d,
  dense,
  digitsCnn,
  dropout,
  type Layer,
  maxPooling2d,
} from "../../../lib/model/layers.ts";
import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";
import {
  engineGradient,
  randomCase,
  referenceGradient,
  referenceLossOf,
  relativeError,
} from "./gradients.ts";

const relu = { activation: "relu" } as const;
const same = { padding: "same" } as const;

/** Each has weights below what it is about, so that gradients have to pass through it. */
const networks: Record<string, [ImageShape, ...Layer[]]> = {
  "a dense layer": [[2, 3, 1], dense(3)],
  "dense layers with relu": [[2, 3, 2], dense(5, relu), dense(4, relu), dense(3)],
  "dense layers without activation": [[2, 3, 1], dense(4), dense(3)],
  "a convolution": [[5, 4, 1], conv2d(2, 3), dense(3)],
  "a convolution with relu": [[5, 4, 1], conv2d(3, 2, relu), dense(3)],
  "a convolution of one pixel": [[3, 4, 2], conv2d(3, 1, relu), conv2d(2, 1), dense(3)],
  "a convolution as large as its picture": [[3, 4, 1], conv2d(2, 2), conv2d(3, 2), dense(3)],
  "many channels": [[4, 4, 3], conv2d(4, 3, relu), conv2d(3, 2), dense(3)],
  "padding of an odd kernel": [
    [4, 5, 1],
    conv2d(2, 3, { ...same, ...relu }),
    conv2d(2, 3, same),
    dense(3),
  ],
  "padding of an even kernel": [[4, 5, 2], conv2d(2, 2, same), conv2d(2, 4, same), dense(3)],
  "padding by a kernel larger than the picture": [
    [2, 3, 1],
    conv2d(2, 1),
    conv2d(2, 7, same),
    dense(3),
  ],
  "convolution and pooling in one": [[6, 8, 1], conv2d(2, 3, relu), maxPooling2d(2), dense(3)],
  "convolution and pooling without relu": [
    [6, 6, 1],
    conv2d(2, 1),
    conv2d(2, 3),
    maxPooling2d(2),
    dense(3),
  ],
  "pooling that drops the edge": [
    [9, 10, 1],
    conv2d(2, 3, relu),
    maxPooling2d(2),
    conv2d(3, 2, relu),
    maxPooling2d(2),
    dense(3),
  ],
  "pooling by three": [[10, 8, 1], conv2d(2, 2), conv2d(2, 2, relu), maxPooling2d(3), dense(3)],
  "padding and pooling": [
    [7, 5, 1],
    conv2d(2, 3, { ...same, ...relu }),
    maxPooling2d(2),
    conv2d(3, 3, { ...same, ...relu }),
    conv2d(2, 2, { ...same, ...relu }),
    maxPooling2d(2),
    dense(3),
  ],
  "padding that pooling drops in part": [
    [5, 5, 1],
    conv2d(2, 3, same),
    conv2d(2, 5, same),
    maxPooling2d(3),
    dense(2),
  ],
  "pooling of the picture": [[5, 6, 2], maxPooling2d(2), conv2d(2, 2, relu), dense(3)],
  "pooling of pooling": [[9, 9, 1], conv2d(2, 1), maxPooling2d(2), maxPooling2d(2), dense(3)],
  "dropout before the first weights": [[3, 3, 1], dropout(0.3), dense(3)],
  "dropout between convolution and pooling": [
    [5, 5, 1],
    conv2d(3, 2, relu),
    dropout(0.4),
    maxPooling2d(2),
    dense(3),
  ],
  "dropout twice": [
    [6, 6, 1],
    conv2d(2, 3),
    maxPooling2d(2),
    dropout(0.25),
    dense(6, relu),
    dropout(0),
    dropout(0.5),
    dense(3),
  ],
  "many channels before pooling": [
    [8, 9, 1],
    conv2d(8, 1),
    conv2d(2, 3, relu),
    maxPooling2d(2),
    dense(3),
  ],
  "many channels before pooling, with padding": [
    [7, 6, 1],
    conv2d(9, 1, relu),
    conv2d(2, 3, { ...same, ...relu }),
    maxPooling2d(2),
    dense(3),
  ],
  "the whole CNN in small": [
    [12, 12, 1],
    conv2d(3, 3, relu),
    maxPooling2d(2),
    conv2d(4, 3, relu),
    maxPooling2d(2),
    dropout(0.5),
    dense(3),
  ],
};

Deno.test("a step's loss and gradient are the reference network's for …", async (t) => {
  const engine = await loadOnnxEngine({ threads: 1, runtime: "native" });
  for (const [name, [imageShape, ...layers]] of Object.entries(networks)) {
    await t.step(name, async () => {
      const tested = randomCase(layers, imageShape, 3);
      const found = await engineGradient(engine, tested);
      const wanted = referenceGradient(tested);
      assert.ok(Math.abs(found.loss - wanted.loss) < 1e-5 * wanted.loss);
      const error = relativeError(found.gradient, wanted.gradient);
      assert.ok(error < 1e-5, `relative error ${error}`);
    });
  }
});

Deno.test("the gradient of the whole digits CNN is the slope of its loss", async () => {
  const engine = await loadOnnxEngine({ threads: 1, runtime: "native" });
  const layers = digitsCnn();
  const tested = randomCase(layers, [28, 28, 1], 2);
  // As large as Glorot's, so that the scores are as they are while training.
  const sizes = [288, 32, 18_432, 64, 16_000, 10];
  const limits = [0.14, 0.1, 0.08, 0.1, 0.06, 0.1];
  const random = new Random(4);
  const weights = Float32Array.from(
    sizes.flatMap((size, i) =>
      Array.from({ length: size }, () => random.uniform(-limits[i]!, limits[i]))
    ),
  );
  const { gradient } = await engineGradient(engine, { ...tested, weights });
  const lossAt = referenceLossOf({ ...tested, weights });
  let start = 0;
  for (const size of sizes) {
    // Half its own gradient, so that the slope is large; half random, so that nothing is left out.
    const own = gradient.subarray(start, start + size);
    const length = Math.hypot(...own);
    const direction = own.map((value) => value / length + random.normal() / Math.sqrt(size));
    const found = own.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    const moved = (by: number) => {
      const there = Float64Array.from(weights);
      direction.forEach((value, i) => there[start + i]! += by * value);
      return lossAt(there);
    };
    const slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
    assert.ok(Math.abs(found / slope - 1) < 1e-5, `${found} is not ${slope} from ${start}`);
    start += size;
  }
});
