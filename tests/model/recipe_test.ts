import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { datasetFromIdx, type NamedIdx } from "../../lib/digits/idx_dataset.ts";
import { idxFileNames, type IdxRole } from "../../lib/digits/datasets.ts";
import { type Digits, selectDigits } from "../../lib/digits/digits.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { fit } from "../../lib/model/fit.ts";
import { dense, digitsCnn } from "../../lib/model/layers.ts";
import { optimizerNames } from "../../lib/model/optimizers.ts";
import { defaultRecipe } from "../../lib/model/recipe.ts";
import { checkSettings } from "../../lib/model/training_settings.ts";
import { readAll, smallData } from "./small_training.ts";

Deno.test("defaultRecipe() is one that can be trained by, for every optimizer", () => {
  for (const name of optimizerNames) {
    const recipe = defaultRecipe(name);
    assert.equal(recipe.optimizer.name, name);
    const settings = { ...recipe, layers: [dense(3)], epochs: 3, patience: null, seed: 1 };
    checkSettings(settings, smallData);
  }
});

Deno.test("defaultRecipe() refuses an optimizer that there is not", () => {
  assert.throws(() => defaultRecipe("lion"), {
    name: "RangeError",
    message: 'Cannot use the optimizer "lion": choose one of sgd, rmsprop, adam',
  });
});

const folder = Deno.env.get("DIGITS_MNIST");

Deno.test({
  name: "defaultRecipe() reads 9 of 10 real digits after 6,400 of them, with every optimizer " +
    "(needs DIGITS_MNIST)",
  ignore: !folder,
  async fn() {
    const digits = await readRealDigits(folder!);
    const range = (from: number, to: number) =>
      selectDigits(digits, Array.from({ length: to - from }, (_, i) => from + i));
    const data = { train: range(0, 6400), validation: range(6400, 7400) };
    const engine = await loadEngine("onnx", { threads: 1 });
    for (const name of optimizerNames) {
      const settings = {
        ...defaultRecipe(name),
        layers: digitsCnn(),
        epochs: 1,
        patience: null,
        seed: 1,
      };
      const { result } = await readAll(fit(engine, data, settings, { now: () => 0 }));
      const accuracy = result.history[0]!.validationAccuracy!;
      assert.ok(accuracy > 0.9, `${name}: ${accuracy}`);
    }
  },
});

async function readRealDigits(folder: string): Promise<Digits> {
  const read = async (role: IdxRole): Promise<NamedIdx> => {
    const name = `${idxFileNames[role]}.gz`;
    return { name, content: gunzipSync(await Deno.readFile(`${folder}/${name}`)) };
  };
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read("trainImages"),
    read("trainLabels"),
    read("testImages"),
    read("testLabels"),
  ]);
  const files = { trainImages, trainLabels, testImages, testLabels };
  return datasetFromIdx(files, { name: "mnist", source: folder }).train;
}
