import assert from "node:assert/strict";
import { predictionView } from "../../lib/show/prediction_view.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

const image = new Uint8Array(16).fill(9);
const prediction = { label: "seven", class: 1, probabilities: [0.25, 0.625, 0.125] };

Deno.test("show.prediction() shows a prediction that was made", async () => {
  const { text, draw } = await predictionView(image, prediction);
  assert.equal(text, "seven (62.5 %; then 0 25.0 %, 2 12.5 %)");
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.deepEqual(findAll(svg, "text").map(textOf), [
    "0",
    "25.0 %",
    "seven",
    "62.5 %",
    "2",
    "12.5 %",
  ]);
});

Deno.test("show.prediction() asks a server or a network", async () => {
  const client = { predict: () => Promise.resolve([prediction]) };
  assert.match((await predictionView(image, client)).text, /^seven /);
  const classifier = {
    imageShape: [4, 4, 1] as const,
    classes: 2,
    predict: () => Promise.resolve(Float32Array.of(0.75, 0.25)),
    save: () => Promise.resolve(new Uint8Array()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const { text } = await predictionView(image, classifier, { classNames: ["cat", "dog"] });
  assert.equal(text, "cat (75.0 %; then dog 25.0 %)");
});

Deno.test("show.prediction() draws the likeliest of many classes", async () => {
  const probabilities = Array.from({ length: 40 }, (_, i) => i / 780);
  const { draw } = await predictionView(image, { label: "39", class: 39, probabilities });
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.equal(findAll(svg, "text").length, 2 * 12);
});

Deno.test("show.prediction() refuses bytes that are no such picture", async () => {
  await assert.rejects(predictionView(new Uint8Array(15), prediction), {
    name: "RangeError",
    message: "Cannot show a picture of 15 bytes as that makes no grey square: give its imageShape",
  });
  const imageShape = [2, 2, 3] as const;
  await assert.rejects(predictionView(image, prediction, { imageShape }), RangeError);
});
