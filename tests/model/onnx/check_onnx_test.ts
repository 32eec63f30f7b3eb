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
import { adam } from "../../../lib/model/optimizers.ts";

const python = Deno.env.get("DIGITS_PYTHON");
const script = new URL("check_onnx.py", import.meta.url);

interface Findings {
  readonly input: readonly [string, string, readonly unknown[]];
  readonly output: readonly [string, string, readonly unknown[]];
  readonly operators: readonly string[];
  readonly probabilities: readonly number[];
}

async function check(onnx: Uint8Array, images: Float32Array, count: number): Promise<Findings> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/model.onnx`, onnx);
    await Deno.writeFile(`${folder}/images`, new Uint8Array(images.buffer));
    const command = new Deno.Command(python!, {
      args: [script.pathname, `${folder}/model.onnx`, `${folder}/images`, `${count}`],
    });
    const { success, stdout, stderr } = await command.output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const relu = { activation: "relu" } as const;
const networks: Readonly<Record<string, readonly [ImageShape, readonly Layer[]]>> = {
  "the digits CNN": [[28, 28, 1], digitsCnn()],
  "a colour network with padding": [[11, 9, 3], [
    conv2d(4, 4, { padding: "same", ...relu }),
    maxPooling2d(2),
    conv2d(4, 3, { padding: "same" }),
    maxPooling2d(3),
    dropout(0.5),
    dense(8, relu),
    dense(5),
  ]],
};

for (const [name, [imageShape, layers]] of Object.entries(networks)) {
  Deno.test({
    name: `onnx.checker and Python's ONNX Runtime accept ${name} (needs DIGITS_PYTHON)`,
    ignore: !python,
    fn: async () => {
      const [height, width, channels] = imageShape;
      const count = 20;
      const random = new Random(1);
      const engine = await loadOnnxEngine({ threads: 1 });
      const options = { imageShape, optimizer: adam(), batchSize: count, seed: 1, emaMomentum: 0 };
      await using trainer = await engine.trainer(layers, options);
      const size = count * height * width * channels;
      const images = Uint8Array.from({ length: size }, () => random.integer(256));
      const labels = Uint8Array.from({ length: count }, (_, i) => i % 5);
      for (let i = 0; i < 5; i++) await trainer.step({ images, labels }, { learningRate: 0.01 });
      await using classifier = await trainer.classifier();
      const wanted = await classifier.predict(images);
      const classes = wanted.length / count;

      const planes = new Float32Array(size);
      images.forEach((byte, i) => {
        const channel = i % channels;
        const pixel = Math.floor(i / channels) % (height * width);
        const image = Math.floor(i / (height * width * channels));
        planes[(image * channels + channel) * height * width + pixel] = byte / 255;
      });
      const found = await check(await classifier.save(), planes, count);
      assert.deepEqual(found.input, ["image", "tensor(float)", ["batch", channels, height, width]]);
      assert.deepEqual(found.output, ["probabilities", "tensor(float)", ["batch", classes]]);
      assert.deepEqual(found.operators, [
        "Conv",
        "Flatten",
        "Gemm",
        "MaxPool",
        "Relu",
        "Softmax",
      ]);
      const differences = found.probabilities.map((value, i) => Math.abs(value - wanted[i]!));
      const largest = Math.max(...differences);
      assert.ok(largest < 1e-5, `largest difference ${largest}`);
    },
  });
}
