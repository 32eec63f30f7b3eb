import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { encodeModel } from "../../lib/model/model_codec.ts";
import { digestFiles } from "../../lib/pipeline/digest_files.ts";
import { CANDIDATE } from "../../lib/steps/champion.ts";
import { registerStep } from "../../lib/steps/register_step.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { smallData } from "../model/small_training.ts";
import { someRun } from "../pipeline/sample.ts";
import { smallModel } from "./small_models.ts";

const validation = smallData.validation!;
const [first, second] = await Promise.all([smallModel(), smallModel({ seed: 8 })]);
const tracker = memoryTracker({ now: () => 0 });
const { registry } = tracker;
const run = await tracker.start(someRun);
const info = { uri: "memory:v", size: 1, sha256: "5".repeat(64) };
const register = (model: typeof first) =>
  registerStep.run({ model, validation, dataset: "custom", accuracy: 0.5 }, {
    run,
    artifacts: { validation: info },
  });

Deno.test("registerStep gives the registry tags, an interface and the alias of the candidate", async () => {
  const made = await register(first);
  const name = "digits-recognizer-custom";
  deepStrictEqual(made, { name, version: 1, repository: { name, version: 1, model: first } });
  const [version] = await registry.versions(made.name);
  const { history, bestEpoch } = first.description;
  const best = history[bestEpoch - 1]!;
  deepStrictEqual(version!.tags, {
    dataset: "custom",
    test_accuracy: "0.5",
    validation_accuracy: String(best.validationAccuracy),
    validation_loss: String(best.validationLoss),
    validation_digest: "5".repeat(36),
    epochs: "6",
    best_epoch: String(bestEpoch),
    optimizer: "adam",
    seed: "7",
  });
  const { inputs, outputs, inputExample } = version!.interface!;
  deepStrictEqual(inputs, [{ name: "image", dtype: "float32", shape: [-1, 1, 4, 4] }]);
  deepStrictEqual(outputs, [{ name: "probabilities", dtype: "float32", shape: [-1, 3] }]);
  const [[rows]] = inputExample as [[number[][]]];
  deepStrictEqual(
    Float32Array.from(rows!.flat()),
    Float32Array.from(validation.images.subarray(0, 16), (pixel) => pixel / 255),
  );
  deepStrictEqual([rows!.length, rows![0]!.length], [4, 4]);
  strictEqual((await registry.alias(made.name, CANDIDATE))?.version, 1);
});

Deno.test("registerStep makes an earlier version the candidate again when it comes again", async () => {
  const { name } = await register(second);
  strictEqual((await registry.alias(name, CANDIDATE))?.version, 2);
  const sha256 = digestFiles(encodeModel(first));
  const stored = { uri: "memory:m", info: { uri: "memory:m", size: 1, sha256 } };
  const look = () =>
    registerStep.find({
      model: { ...stored, value: () => Promise.resolve(first) },
      validation: { uri: info.uri, info, value: () => Promise.resolve(validation) },
      dataset: "custom",
      accuracy: 0.5,
    }, { run } as never); // all that it looks at
  strictEqual(await look(), undefined, "its body has to run");
  const made = { name, version: 1, repository: { name, version: 1, model: first } };
  deepStrictEqual(await register(first), made);
  ok((await registry.versions(name)).length === 2);
  strictEqual((await registry.alias(name, CANDIDATE))?.version, 1);
  deepStrictEqual(await look(), made);
});
