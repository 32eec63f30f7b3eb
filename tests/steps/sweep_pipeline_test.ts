import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import type { StoredArtifact } from "../../lib/pipeline/port.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import { memoryStepCache } from "../../lib/pipeline/step_cache.ts";
import { chooseStep } from "../../lib/steps/choose_step.ts";
import { digitsComponents } from "../../lib/steps/digits_components.ts";
import { sweepGrid } from "../../lib/steps/sweep_grid.ts";
import { sweepPipeline } from "../../lib/steps/sweep_pipeline.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { someRun } from "../pipeline/sample.ts";
import { smallModel } from "./small_models.ts";

Deno.test("sweepGrid() is every combination, with the optimizers' own settings where none is given", () => {
  deepStrictEqual(
    sweepGrid({ optimizers: ["adam", "sgd"], learningRates: [1e-3, 3e-3] })
      .map(({ label }) => label),
    ["adam-0.001-64", "adam-0.003-64", "sgd-0.001-64", "sgd-0.003-64"],
  );
  deepStrictEqual(sweepGrid({ optimizers: ["sgd"], batchSizes: [32] }), [
    { label: "sgd-0.1-32", optimizer: "sgd", learning_rate: 0.1, batch_size: 32 },
  ]);
});

Deno.test("sweepGrid() refuses a value given twice, and more than anyone waits for", () => {
  throws(
    () => sweepGrid({ optimizers: ["adam", "sgd", "adam"] }),
    /^UsageError: Cannot try adam-0\.01-64 twice: give each value once$/,
  );
  const batchSizes = Array.from({ length: 101 }, (_, i) => i + 1);
  throws(
    () => sweepGrid({ optimizers: ["adam"], batchSizes }),
    /^UsageError: Cannot try 101 combinations/,
  );
});

Deno.test("chooseStep takes the best by validation accuracy, of equal ones the first", async () => {
  const [poor, good, twin] = await Promise.all([
    smallModel({ epochs: 1, learningRate: 1e-6 }),
    smallModel(),
    smallModel(),
  ]);
  await using run = await memoryTracker().start(someRun);
  const chosen = await chooseStep.run({ models: [poor, good, twin], speeds: [10, 20, 60] }, {
    run,
  });
  strictEqual(chosen.model, good);
  const { training, history, bestEpoch } = good.description;
  deepStrictEqual(chosen.settings, {
    label: `adam-${training.learningRate}-${training.batchSize}`,
    optimizer: "adam",
    learning_rate: training.learningRate,
    batch_size: training.batchSize,
  });
  strictEqual(chosen.validation_accuracy, history[bestEpoch - 1]!.validationAccuracy);
  strictEqual(chosen.images_per_second, 30);
  await rejects(
    chooseStep.run({ models: [], speeds: [] }, { run }),
    /^DataError: Cannot choose a model as none was trained$/,
  );
});

Deno.test("sweepPipeline trains with every combination and goes on with the best", async () => {
  const path = await Deno.makeTempDir();
  try {
    const files = datasetCodec.encode(syntheticDataset({ train: 300, test: 60 }));
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${path}/${name}`, bytes);
    }
    const host = { ...localHost({ cacheFolder: path }), cores: 1 };
    const tracker = memoryTracker();
    const store = memoryStore();
    const cache = memoryStepCache();
    const sweep = async (resumeKey: string, learningRates: readonly number[]) => {
      const grid = sweepGrid({ optimizers: ["adam"], learningRates });
      await using run = await tracker.start({ ...someRun, resumeKey });
      const params = { dataset: path, no_epochs: 1, min_accuracy: 0, grid };
      const result = await runLocal(sweepPipeline, params, { store, cache, host, run });
      return { ...result, record: await tracker.readRun(run.id) };
    };
    const { outputs, tasks, record } = await sweep("one", [1e-6, 1e-2]);
    const labels = ["adam-0.000001-64", "adam-0.01-64"];
    strictEqual(outputs.settings!["label"], labels[1]);
    ok(outputs.validation_accuracy! > Number(tasks["train.0"]!["validation_accuracy"]));
    const best = tasks["train.1"]!["model"] as StoredArtifact;
    strictEqual(outputs.model!.info.sha256, best.info.sha256);
    strictEqual(outputs.version, 1);
    const metrics = new Set(record.metrics.map(({ name }) => name));
    for (const name of [...labels.map((label) => `${label}/val_accuracy`), "val_accuracy"]) {
      ok(metrics.has(name), name);
    }
    deepStrictEqual(
      [record.params["opt_learning_rate"], record.params[`${labels[0]}/opt_learning_rate`]],
      [0.01, 1e-6],
    );
    ok(record.attachments.includes("training_curves.svg"));
    ok(record.attachments.includes(`${labels[0]}-training_curves.svg`));

    const wider = await sweep("two", [1e-6, 1e-3, 1e-2]);
    deepStrictEqual(
      wider.steps.filter(({ name }) => name.startsWith("train.")).map(({ cached }) => cached),
      [true, false, true],
      "what was trained is not trained again",
    );
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("digitsComponents have the names that pods are told", () => {
  deepStrictEqual(digitsComponents.map(({ name }) => name), [
    "acquire",
    "preprocess",
    "train",
    "choose",
    "evaluate",
    "register",
    "contest",
    "serve",
  ]);
});
