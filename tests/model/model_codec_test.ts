import assert from "node:assert/strict";
import { encodeJson } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { conv2d, dense, digitsCnn, maxPooling2d } from "../../lib/model/layers.ts";
import { decodeModel, encodeModel } from "../../lib/model/model_codec.ts";
import { optimizerNamed, optimizerNames } from "../../lib/model/optimizers.ts";
import { trainHere } from "../../lib/model/train.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import { fakeEngine } from "./fake_engine.ts";
import { damaged } from "./random_files.ts";
import { fakeClock, readAll, smallData, smallSettings } from "./small_training.ts";
import { fuzzCount } from "../fuzz_count.ts";

const options = { dataset: "small", engine: fakeEngine, now: fakeClock() };
const { result: { model } } = await readAll(trainHere(smallData, smallSettings, options));
const files = encodeModel(model);

Deno.test("decodeModel() gives back what encodeModel() was given", () => {
  assert.deepEqual(Object.keys(files).sort(), ["model.json", "model.onnx"]);
  assert.deepEqual(decodeModel(files), model);
});

Deno.test("decodeModel() knows every layer, optimizer and schedule", () => {
  const networks = [
    digitsCnn(),
    [conv2d(4, 5, { padding: "same" }), maxPooling2d(3), dense(7, { activation: "relu" })],
  ];
  for (const layers of networks) {
    for (const optimizer of optimizerNames.map(optimizerNamed)) {
      for (const schedule of ["constant", "linear", "cosine"] as const) {
        const training = { ...model.description.training, optimizer, schedule, patience: 2 };
        const other: TrainedModel = {
          ...model,
          description: { ...model.description, layers, training },
        };
        assert.deepEqual(decodeModel(encodeModel(other)), other);
      }
    }
  }
});

Deno.test("decodeModel() refuses another version, saying so", () => {
  const description = encodeJson({ ...model.description, schemaVersion: 2 });
  assert.throws(() => decodeModel({ ...files, "model.json": description }), {
    name: "DataError",
    message: "Cannot read model.json as its schema version is 2: this release reads version 1; " +
      "use the release that wrote it, or make it anew",
  });
});

Deno.test("decodeModel() names the file that is missing, and the path that is wrong", () => {
  assert.throws(() => decodeModel({ "model.json": files["model.json"] }), /no file model\.onnx/);
  assert.throws(() => decodeModel({ "model.onnx": model.onnx }), /model\.json as there is no such/);
  const bad: [object, RegExp][] = [
    [{ schemaVersion: undefined }, /as schemaVersion is wrong/],
    [{ imageShape: [28, 28] }, /as imageShape\.2 is wrong/],
    [{ imageShape: [28, 0, 1] }, /as imageShape\.1 is wrong/],
    [{ layers: [{ type: "lstm" }] }, /as layers\.0\.type is wrong/],
    [{ training: { ...model.description.training, schedule: "up" } }, /as training\.schedule is/],
  ];
  for (const [changes, message] of bad) {
    const description = encodeJson({ ...model.description, ...changes });
    assert.throws(() => decodeModel({ ...files, "model.json": description }), {
      name: "DataError",
      message,
    });
  }
  const text = new TextEncoder().encode("<html>");
  assert.throws(() => decodeModel({ ...files, "model.json": text }), /as it is not JSON/);
});

Deno.test("decodeModel() of damaged files is a DataError at worst", () => {
  for (const broken of damaged(files, fuzzCount(300))) {
    try {
      decodeModel(broken);
    } catch (error) {
      assert.ok(error instanceof DataError, String(error));
    }
  }
});
