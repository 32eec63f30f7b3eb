import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { type Digits, selectDigits } from "../../lib/digits/digits.ts";
import { parseIdxImages, parseIdxLabels } from "../../lib/digits/idx.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { fit } from "../../lib/model/fit.ts";
import { digitsCnn } from "../../lib/model/layers.ts";
import { defaultRecipe } from "../../lib/model/recipe.ts";
import { readAll } from "../model/small_training.ts";

const folder = Deno.env.get("DIGITS_MNIST");

Deno.test({
  name: "generateDigits() teaches a network to read 9 of 10 real digits (needs DIGITS_MNIST)",
  ignore: !folder,
  async fn() {
    const data = { train: generateDigits(6000, { seed: 1 }), validation: await realTestDigits() };
    const engine = await loadEngine("onnx", { threads: 1 });
    const settings = {
      ...defaultRecipe("adam"),
      layers: digitsCnn(),
      epochs: 2,
      patience: null,
      seed: 1,
    };
    const { result } = await readAll(fit(engine, data, settings, { now: () => 0 }));
    const accuracy = result.history.at(-1)!.validationAccuracy!;
    assert.ok(accuracy > 0.9, `read ${accuracy} of the real digits`);
  },
});

/** 2,000 of MNIST's test digits, from its first to its last. */
async function realTestDigits(): Promise<Digits> {
  const read = async (name: string) => gunzipSync(await Deno.readFile(`${folder}/${name}.gz`));
  const images = parseIdxImages(await read("t10k-images-idx3-ubyte"));
  const labels = parseIdxLabels(await read("t10k-labels-idx1-ubyte"));
  const digits = { ...images, labels, classNames: Array.from("0123456789") };
  return selectDigits(digits, Array.from({ length: 2000 }, (_, i) => 5 * i));
}
