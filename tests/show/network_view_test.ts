import assert from "node:assert/strict";
import { conv2d, dense, maxPooling2d } from "../../lib/model/layers.ts";
import { inferenceGraph } from "../../lib/model/onnx/inference_graph.ts";
import { parameterCount } from "../../lib/model/summary.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import { activationsView, filtersView, modelView } from "../../lib/show/network_view.ts";
import { sampleReport } from "../draw/sample_report.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

const layers = [conv2d(3, 3, { activation: "relu" }), maxPooling2d(2), dense(2)];
const imageShape = [8, 8, 1] as const;

function model(own = layers): TrainedModel {
  const count = parameterCount(own, imageShape);
  const weights = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const { description } = sampleReport();
  return {
    onnx: inferenceGraph(own, imageShape, weights),
    description: { ...description, layers: own, imageShape, parameterCount: count },
  };
}

Deno.test("show.model() lists the layers and draws them, of a model or of its layers alone", async () => {
  const trained = model();
  const { text, draw } = modelView(trained);
  assert.match(text, /^conv2d 3 × 3×3, relu +\(any, 6, 6, 3\) +30$/m);
  assert.match((await draw())["image/svg+xml"] as string, /aria-label="Network of 3 layers/);
  assert.equal(modelView(trained.description).text, text);
});

Deno.test("show.filters() draws a square for each filter of the first convolution", async () => {
  const { text, draw } = filtersView(model());
  assert.equal(text, "The 3 filters of 3×3: blue adds, orange takes away");
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.equal(findAll(svg, "image").length, 3);
});

Deno.test("show.filters() says so when there is no convolution", () => {
  assert.throws(() => filtersView(model([dense(2)])), {
    message: "Cannot show filters as the network has no convolution",
  });
});

Deno.test("show.activations() draws the picture and every map, and says how much of it is active", async () => {
  const { text, draw } = await activationsView(model(), new Uint8Array(64).fill(255));
  assert.match(
    text,
    /^What 2 layers make of one picture\nconv2d 3 × 3×3, relu: 6×6×3, \d+ % of it/,
  );
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.equal(findAll(svg, "image").length, 1 + 3 + 3);
  assert.deepEqual(findAll(svg, "text").map(textOf), [
    "The picture, 8×8",
    "conv2d 3 × 3×3, relu: 3 maps of 6×6",
    "maxPooling2d 2×2: 3 maps of 3×3",
  ]);
});
