import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import { memoryStepCache } from "../../lib/pipeline/step_cache.ts";
import type { MetricPoint } from "../../lib/pipeline/tracker.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { recordCachedSteps } from "../../scripts/cli/run_outcome.ts";

Deno.test("a run whose steps come from the cache has the record of the one that did them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = datasetCodec.encode(syntheticDataset({ train: 400, test: 60 }));
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    const tracker = memoryTracker();
    const host = { ...localHost({ cacheFolder: folder }), cores: 1 };
    const shared = { store: memoryStore(), cache: memoryStepCache(), host };
    const recorded = async (resumeKey: string) => {
      const options = { experiment: "tests", name: "test", params: {}, tags: {}, resumeKey };
      await using run = await tracker.start(options);
      const params = { dataset: folder, no_epochs: 2, min_accuracy: 0 };
      const result = await runLocal(digitsPipeline, params, { ...shared, run });
      await recordCachedSteps(run, result);
      await run.end("FINISHED");
      return await tracker.readRun(run.id);
    };
    const worked = await recorded("first");
    const looked = await recorded("second");

    deepStrictEqual(looked.params, worked.params);
    strictEqual(worked.params["effective_batch_size"], 64);
    strictEqual(worked.params["opt_beta_1"], 0.9);
    deepStrictEqual(looked.inputs, worked.inputs);
    deepStrictEqual(
      worked.inputs.map(({ name, context, count }) => [name, context, count]),
      [["custom-train", "training", 367], ["custom-validation", "validation", 33], [
        "custom-test",
        "test",
        60,
      ]],
    );
    deepStrictEqual(looked.attachments, worked.attachments);
    // Those of pixels depend on the machine: one may have no font.
    deepStrictEqual(worked.attachments.filter((name) => !name.endsWith(".png")), [
      "model_summary.txt",
      "architecture.svg",
      "training_curves.svg",
      "per_class.json",
      "confusion_matrix.json",
      "confusion_matrix.svg",
    ]);
    for (const name of worked.attachments) {
      const [one, other] = await Promise.all(
        [worked, looked].map(({ id }) => tracker.readAttachment(id, name)),
      );
      deepStrictEqual(other, one, name);
    }

    const whole = worked.metrics.filter(({ name }) => !/^batch\/|images_per_second$/.test(name));
    const brief = (metrics: readonly MetricPoint[]) =>
      metrics.map(({ time: _, ...point }) => point);
    deepStrictEqual(brief(looked.metrics), brief(whole));
    const batches = worked.metrics.filter(({ name }) => name === "batch/loss");
    deepStrictEqual(batches.map(({ step }) => step), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    strictEqual(worked.tags["cached_steps"], undefined);
    strictEqual(looked.tags["cached_steps"], "acquire, preprocess, train, evaluate, register");
    ok(looked.tags["verdict"]!.includes("stays champion"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
