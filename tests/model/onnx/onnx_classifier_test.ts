import assert from "node:assert/strict";
import { DataError } from "../../../lib/base/errors.ts";
import { GraphBuilder } from "../../../lib/model/onnx/graph_builder.ts";
import { loadOnnxEngine } from "../../../lib/model/onnx/onnx_engine.ts";
import type { ElementType } from "../../../lib/model/onnx/onnx_writer.ts";

type Dims = readonly (number | string)[];

interface Port {
  readonly name?: string;
  readonly type?: ElementType;
  readonly dims?: Dims;
}

/** A model with one input and one output and next to nothing between. */
function model(input: Port = {}, output: Port = {}, more: readonly string[] = []): Uint8Array {
  const g = new GraphBuilder();
  const x = g.input(input.name ?? "image", input.type ?? "float", input.dims ?? ["batch", 1, 2, 3]);
  for (const name of more) g.input(name, "float", [1]);
  const dims = output.dims ?? ["batch", 6];
  const result = g.op("Softmax", [
    g.reshape(g.cast(x, "float"), ...dims.map((dim) => typeof dim === "string" ? -1 : dim)),
  ], { axis: 1 });
  g.output(output.name ?? "probabilities", "float", dims, result);
  return g.build("test", "test");
}

Deno.test("load() takes image size and classes from the model", async () => {
  const engine = await loadOnnxEngine({ threads: 1 });
  await using classifier = await engine.load(model());
  assert.deepEqual(classifier.imageShape, [2, 3, 1]);
  assert.equal(classifier.classes, 6);
  const probabilities = await classifier.predict(new Uint8Array(12));
  assert.deepEqual([...probabilities], new Array(12).fill(Math.fround(1 / 6)));
});

const wrong: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  "another input name": [model({ name: "x" }), /input "image".*got x/],
  "two inputs": [model({}, {}, ["y"]), /input "image".*got image, y/],
  "bytes as input": [
    model({ type: "uint8" }),
    /"image" must be float32.*got uint8 \[batch, 1, 2, 3\]/,
  ],
  "flat images": [
    model({ dims: ["batch", 6] }),
    /"image" must .*4 dimensions: got float32 \[batch, 6\]/,
  ],
  "any image height": [model({ dims: ["batch", 1, "height", 3] }), /height.*got height/],
  "a fixed batch": [model({ dims: [1, 1, 2, 3] }), /any number of images: got one for 1/],
  "another output name": [model({}, { name: "scores" }), /output "probabilities".*got scores/],
  "an output of three dimensions": [
    model({}, { dims: ["batch", 2, 3] }),
    /"probabilities" must .*2 dimensions: got float32 \[batch, 2, 3\]/,
  ],
  "nothing at all": [new Uint8Array(), /Cannot load the model/],
  "text": [new TextEncoder().encode('{"error": "not found"}'), /Cannot load the model/],
};

for (const [name, [onnx, message]] of Object.entries(wrong)) {
  Deno.test(`load() refuses a model with ${name}`, async () => {
    const engine = await loadOnnxEngine({ threads: 1 });
    await assert.rejects(engine.load(onnx), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("a loaded model is a copy of the bytes", async () => {
  const engine = await loadOnnxEngine({ threads: 1 });
  const bytes = model();
  const kept = bytes.slice();
  await using classifier = await engine.load(bytes);
  bytes.fill(0);
  assert.deepEqual(await classifier.save(), kept);
  (await classifier.save()).fill(0);
  assert.deepEqual(await classifier.save(), kept);
});
