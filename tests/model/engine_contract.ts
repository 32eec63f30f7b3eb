/** What every engine must do. */
import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { type ImageShape, imageSize } from "../../lib/digits/digits.ts";
import type {
  Batch,
  Engine,
  Optimizer,
  StepResult,
  Trainer,
  TrainerOptions,
} from "../../lib/model/engine.ts";
import { conv2d, dense, dropout, type Layer, maxPooling2d } from "../../lib/model/layers.ts";
import { adam, rmsprop, sgd } from "../../lib/model/optimizers.ts";
import { referenceScores, softmax } from "./reference_network.ts";

interface Network {
  readonly name: string;
  readonly imageShape: ImageShape;
  readonly layers: readonly Layer[];
}

const relu = { activation: "relu" } as const;

const smallCnn: Network = {
  name: "a small CNN",
  imageShape: [12, 12, 1],
  layers: [
    conv2d(8, 3, relu),
    maxPooling2d(2),
    conv2d(8, 3, relu),
    maxPooling2d(2),
    dropout(0.2),
    dense(4),
  ],
};

const networks: readonly Network[] = [
  smallCnn,
  {
    name: "a dense network",
    imageShape: [6, 6, 1],
    layers: [dense(24, relu), dropout(0.1), dense(4)],
  },
  {
    name: "a deeper network on colour pictures",
    imageShape: [10, 9, 3],
    layers: [
      conv2d(6, 3, { ...relu, padding: "same" }),
      conv2d(6, 3, { ...relu, padding: "same" }),
      maxPooling2d(2),
      conv2d(8, 2, { ...relu, padding: "same" }),
      maxPooling2d(3),
      dense(16, relu),
      dense(4),
    ],
  },
];

const optimizers: readonly { readonly optimizer: Optimizer; readonly learningRate: number }[] = [
  { optimizer: sgd(), learningRate: 0.2 },
  { optimizer: sgd({ momentum: 0.9 }), learningRate: 0.02 },
  { optimizer: sgd({ momentum: 0.9, nesterov: true }), learningRate: 0.02 },
  { optimizer: rmsprop(), learningRate: 0.006 },
  { optimizer: rmsprop({ momentum: 0.5 }), learningRate: 0.004 },
  { optimizer: adam(), learningRate: 0.01 },
];

/** Pictures whose class is the quarter of the picture that is bright, under noise. */
function quarters(imageShape: ImageShape, count: number, seed: number): Batch {
  const random = new Random(seed);
  const [height, width, channels] = imageShape;
  const labels = Uint8Array.from({ length: count }, () => random.integer(4));
  const images = Uint8Array.from({ length: count * imageSize(imageShape) }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const quarter = 2 * Number(Math.floor(pixel / width) % height >= height / 2) +
      Number(pixel % width >= width / 2);
    const isBright = quarter === labels[Math.floor(i / imageSize(imageShape))];
    return isBright ? 90 + random.integer(166) : random.integer(170);
  });
  return { images, labels };
}

function firstOf({ images, labels }: Batch, count: number): Batch {
  const size = images.length / labels.length;
  return { images: images.slice(0, count * size), labels: labels.slice(0, count) };
}

function optionsFor(
  { imageShape }: Network,
  options: Partial<TrainerOptions> = {},
): TrainerOptions {
  return { imageShape, optimizer: adam(), batchSize: 16, seed: 3, emaMomentum: 0, ...options };
}

async function learn(
  trainer: Trainer,
  network: Network,
  steps: number,
  options: { readonly learningRate?: number; readonly firstSeed?: number } = {},
): Promise<StepResult[]> {
  const { learningRate = 0.01, firstSeed = 100 } = options;
  const results: StepResult[] = [];
  for (let i = 0; i < steps; i++) {
    const batch = quarters(network.imageShape, 16, firstSeed + i);
    results.push(await trainer.step(batch, { learningRate }));
  }
  return results;
}

function meanLoss(results: readonly StepResult[]): number {
  return results.reduce((sum, { loss }) => sum + loss, 0) / results.length;
}

function accuracyOf(probabilities: Float32Array, labels: Uint8Array): number {
  const classes = probabilities.length / labels.length;
  const right = labels.filter((label, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / labels.length;
}

function assertClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  assert.equal(found.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(found[i]! - wanted[i]!);
    assert.ok(difference <= tolerance, `at ${i}: ${found[i]} is not ${wanted[i]}`);
  }
}

/** Registers the tests for an engine; `load` is called once. */
export function engineContract(name: string, load: () => Promise<Engine>): void {
  let loaded: Promise<Engine> | undefined;
  const test = (sentence: string, run: (engine: Engine) => Promise<void>) =>
    Deno.test(`${name}: ${sentence}`, async () => await run(await (loaded ??= load())));

  for (const network of networks) {
    test(`${network.name} learns`, async (engine) => {
      await using trainer = await engine.trainer(network.layers, optionsFor(network));
      const results = await learn(trainer, network, 45);
      assert.ok(meanLoss(results.slice(-5)) < meanLoss(results.slice(0, 5)) * 0.7);
      await using classifier = await trainer.classifier();
      const fresh = quarters(network.imageShape, 200, 7);
      const accuracy = accuracyOf(await classifier.predict(fresh.images), fresh.labels);
      assert.ok(accuracy > 0.9, `accuracy ${accuracy}`);
    });

    test(`the classifier of ${network.name} computes what the layers say`, async (engine) => {
      await using trainer = await engine.trainer(network.layers, optionsFor(network));
      await learn(trainer, network, 5);
      const weights = (await trainer.save()).vectors["weights"]!;
      const { images } = quarters(network.imageShape, 5, 8);
      const scores = referenceScores(network.layers, network.imageShape, weights, images);
      await using classifier = await trainer.classifier();
      assertClose(await classifier.predict(images), scores.flatMap(softmax), 2e-6);
      const scaled = Float32Array.from(images, (byte) => byte / 255);
      assertClose(await classifier.predict(scaled), scores.flatMap(softmax), 2e-6);
    });

    test(`${network.name} in a short batch learns as in one of that size`, async (engine) => {
      const batch = firstOf(quarters(network.imageShape, 16, 4), 5);
      const layers = network.layers.filter(({ type }) => type !== "dropout");
      const learnIn = async (batchSize: number) => {
        const options = optionsFor(network, { batchSize, optimizer: sgd() });
        await using trainer = await engine.trainer(layers, options);
        // What an earlier batch left behind must not matter.
        await trainer.step(firstOf(quarters(network.imageShape, 16, 9), batchSize), {
          learningRate: 0,
        });
        const result = await trainer.step(batch, { learningRate: 1 });
        return { result, weights: (await trainer.save()).vectors["weights"]! };
      };
      const short = await learnIn(16);
      const full = await learnIn(5);
      assertClose([short.result.loss], [full.result.loss], 1e-6);
      assert.equal(short.result.correct, full.result.correct);
      assertClose(short.weights, full.weights, 1e-5);
    });
  }

  for (const { optimizer, learningRate } of optimizers) {
    const settings = JSON.stringify(optimizer);
    test(`${settings} goes on from a saved state as if it had never stopped`, async (engine) => {
      const options = optionsFor(smallCnn, { optimizer, emaMomentum: 0.9 });
      await using whole = await engine.trainer(smallCnn.layers, options);
      await learn(whole, smallCnn, 4, { learningRate });
      const state = await whole.save();
      const wanted = await learn(whole, smallCnn, 4, { learningRate, firstSeed: 200 });

      const kept = structuredClone(state);
      await using resumed = await engine.trainer(smallCnn.layers, { ...options, state });
      const found = await learn(resumed, smallCnn, 4, { learningRate, firstSeed: 200 });
      assert.deepEqual(found, wanted);
      assert.deepEqual(await resumed.save(), await whole.save());
      assert.deepEqual(state, kept, "a saved state must not change");
    });

    test(`${settings} lowers the loss`, async (engine) => {
      const options = optionsFor(smallCnn, { optimizer });
      await using trainer = await engine.trainer(smallCnn.layers, options);
      const results = await learn(trainer, smallCnn, 45, { learningRate });
      assert.ok(meanLoss(results.slice(-5)) < meanLoss(results.slice(0, 5)) * 0.8);
    });
  }

  test("the same seed gives the same network, another seed another", async (engine) => {
    const train = async (seed: number) => {
      await using trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn, { seed }));
      const results = await learn(trainer, smallCnn, 3);
      await using classifier = await trainer.classifier();
      return { results, onnx: await classifier.save() };
    };
    const first = await train(1);
    assert.deepEqual(await train(1), first);
    assert.notDeepEqual((await train(2)).onnx, first.onnx);
  });

  test("the first weights are Glorot's, with no bias", async (engine) => {
    const network = { name: "", imageShape: [20, 20, 1] as const, layers: [dense(100), dense(4)] };
    await using trainer = await engine.trainer(network.layers, optionsFor(network));
    const weights = (await trainer.save()).vectors["weights"]!;
    const kernel = weights.subarray(0, 40_000);
    const limit = Math.sqrt(6 / 500);
    assert.ok(kernel.every((value) => Math.abs(value) <= limit));
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    const meanSquare = kernel.reduce((sum, value) => sum + value ** 2, 0) / kernel.length;
    assert.ok(Math.abs(mean) < limit / 50);
    assert.ok(Math.abs(meanSquare / (limit ** 2 / 3) - 1) < 0.03);
    assert.ok(weights.subarray(40_000, 40_100).every((value) => value === 0));
  });

  test("dropout drops its share and makes up for it", async (engine) => {
    // Without learning, the mean loss tells: linear scores have the same mean with and without dropout.
    const network = { name: "", imageShape: [8, 8, 1] as const, layers: [dropout(0.5), dense(2)] };
    const images = new Uint8Array(64 * 64).fill(255);
    const labels = new Uint8Array(64);
    const weights = Float32Array.from(
      { length: 130 },
      (_, i) => i < 128 && i % 2 === 0 ? 1 / 64 : 0,
    );
    const state = { vectors: { weights }, steps: 0, random: new Random(1).state };
    const options = optionsFor(network, { batchSize: 64, optimizer: sgd(), state });
    await using trainer = await engine.trainer(network.layers, options);
    const losses: number[] = [];
    for (let i = 0; i < 50; i++) {
      losses.push((await trainer.step({ images, labels }, { learningRate: 0 })).loss);
    }
    // The score is 1 ± 1/8, so the loss is log(1 + e^-1) and a little for its curvature.
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const curvature = 0.5 * (1 / 64) * 0.1966;
    assertClose([mean], [Math.log1p(Math.exp(-1)) + curvature], 0.002);
    assert.equal(new Set(losses).size, 50);
  });

  test("correct counts the pictures whose class is on top", async (engine) => {
    const network = { name: "", imageShape: [2, 2, 1] as const, layers: [dense(4)] };
    const weights = Float32Array.from({ length: 20 }, (_, i) => i % 5 === 0 && i < 16 ? 1 : 0);
    const state = { vectors: { weights }, steps: 0, random: new Random(1).state };
    const options = optionsFor(network, { optimizer: sgd(), state });
    await using trainer = await engine.trainer(network.layers, options);
    const images = Uint8Array.of(255, 0, 0, 0, /**/ 0, 255, 0, 0, /**/ 0, 0, 255, 0);
    const step = (...labels: number[]) =>
      trainer.step({ images, labels: Uint8Array.from(labels) }, { learningRate: 0 });
    assert.equal((await step(0, 1, 2)).correct, 3);
    assert.equal((await step(0, 3, 2)).correct, 2);
    assert.equal((await step(1, 2, 3)).correct, 0);
  });

  test("with emaMomentum the classifier has the average of the weights", async (engine) => {
    const options = optionsFor(smallCnn, { emaMomentum: 0.9 });
    await using averaging = await engine.trainer(smallCnn.layers, options);
    await using plain = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    await learn(averaging, smallCnn, 20);
    await learn(plain, smallCnn, 20);
    const weights = (await plain.save()).vectors["weights"]!;
    assert.deepEqual((await averaging.save()).vectors["weights"], weights);
    const { images } = quarters(smallCnn.imageShape, 20, 5);
    await using average = await averaging.classifier();
    await using last = await plain.classifier();
    const ofAverage = await average.predict(images);
    const ofLast = await last.predict(images);
    const differences = ofAverage.map((p, i) => Math.abs(p - ofLast[i]!));
    const largest = Math.max(...differences);
    assert.ok(largest > 1e-4 && largest < 0.3, `largest difference ${largest}`);
  });

  test("a classifier's file gives the same classifier again", async (engine) => {
    for (const network of networks) {
      await using trainer = await engine.trainer(network.layers, optionsFor(network));
      await using classifier = await trainer.classifier();
      const onnx = await classifier.save();
      await using loaded = await engine.load(onnx);
      assert.deepEqual(loaded.imageShape, network.imageShape);
      assert.equal(loaded.classes, 4);
      assert.deepEqual(await loaded.save(), onnx);
      const { images } = quarters(network.imageShape, 3, 5);
      assert.deepEqual(await loaded.predict(images), await classifier.predict(images));
    }
  });

  test("a classifier outlives its trainer, and does not learn on with it", async (engine) => {
    const trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    await using classifier = await trainer.classifier();
    const { images } = quarters(smallCnn.imageShape, 3, 5);
    const before = await classifier.predict(images);
    await learn(trainer, smallCnn, 2);
    await trainer[Symbol.asyncDispose]();
    assert.deepEqual(await classifier.predict(images), before);
  });

  test("predict() takes any number of pictures, none too", async (engine) => {
    await using trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    await using classifier = await trainer.classifier();
    const { images } = quarters(smallCnn.imageShape, 600, 5);
    const size = imageSize(smallCnn.imageShape);
    const all = await classifier.predict(images);
    assert.equal(all.length, 600 * 4);
    for (const i of [0, 255, 256, 599]) {
      const one = await classifier.predict(images.subarray(i * size, (i + 1) * size));
      assertClose(one, all.subarray(i * 4, i * 4 + 4), 1e-6);
      assertClose([one.reduce((sum, p) => sum + p, 0)], [1], 1e-6);
    }
    assert.equal((await classifier.predict(new Uint8Array())).length, 0);
  });

  test("predict() refuses half a picture", async (engine) => {
    await using trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    await using classifier = await trainer.classifier();
    await assert.rejects(classifier.predict(new Uint8Array(143)), {
      name: "RangeError",
      message: /144.*143/,
    });
  });

  test("step() refuses a batch that makes no sense", async (engine) => {
    await using trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    const refuses = (batch: Batch, message: RegExp) =>
      assert.rejects(trainer.step(batch, { learningRate: 0.1 }), { name: "RangeError", message });
    const batch = quarters(smallCnn.imageShape, 16, 1);
    await refuses(quarters(smallCnn.imageShape, 17, 1), /1 to 16.*17/);
    await refuses(firstOf(batch, 0), /1 to 16.*0/);
    await refuses({ ...batch, images: batch.images.slice(1) }, /2304.*2303/);
    await refuses({ ...batch, labels: batch.labels.map(() => 4) }, /0 to 3.*4/);
  });

  test("trainer() refuses layers and options that make no sense", async (engine) => {
    const refuses = (
      layers: readonly Layer[],
      options: Partial<TrainerOptions>,
      message: RegExp,
    ) =>
      assert.rejects(
        engine.trainer(layers, optionsFor(smallCnn, options)),
        { name: "RangeError", message },
      );
    await refuses([conv2d(2, 13), dense(4)], {}, /layers\[0\]\.kernelSize.*13/);
    await refuses(smallCnn.layers, { batchSize: 0 }, /batchSize.*0/);
    await refuses(smallCnn.layers, { seed: 0.5 }, /seed.*0\.5/);
    await refuses(smallCnn.layers, { emaMomentum: 1 }, /emaMomentum.*1/);
    const random = new Random(1).state;
    const state = { vectors: { weights: new Float32Array(3) }, steps: 0, random };
    await refuses(smallCnn.layers, { state }, /state.*weights/);
  });

  test("load() refuses bytes that are not such a model", async (engine) => {
    await assert.rejects(engine.load(new Uint8Array()), DataError);
    await assert.rejects(
      engine.load(new TextEncoder().encode("<html>not found</html>")),
      DataError,
    );
    await using trainer = await engine.trainer(smallCnn.layers, optionsFor(smallCnn));
    await using classifier = await trainer.classifier();
    const onnx = await classifier.save();
    await assert.rejects(engine.load(onnx.subarray(0, onnx.length >> 1)), DataError);
  });
}
