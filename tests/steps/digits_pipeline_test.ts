import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { StoredArtifact } from "../../lib/pipeline/port.ts";
import { type RunEvent, StepError } from "../../lib/pipeline/run_event.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import { memoryStepCache } from "../../lib/pipeline/step_cache.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { serveStep } from "../../lib/steps/serve_step.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";

const options = {
  experiment: "test",
  name: "test",
  params: {},
  tags: {},
  resumeKey: "test",
};

/** A folder with a few digits; removed in the end. */
async function digitsFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  const files = datasetCodec.encode(syntheticDataset({ train: 400, test: 60 }));
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${path}/${name}`, bytes);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("digitsPipeline runs in memory alone, and a model below the gate is not served", async () => {
  await using folder = await digitsFolder();
  const host = { ...localHost({ cacheFolder: folder.path }), cores: 1 };
  const tracker = memoryTracker();
  const shared = { store: memoryStore(), cache: memoryStepCache(), host };
  const params = { dataset: folder.path, no_epochs: 2, min_accuracy: 0 };

  await using run = await tracker.start(options);
  const events: RunEvent[] = [];
  const { outputs, steps } = await runLocal(digitsPipeline, params, {
    ...shared,
    run,
    onEvent: (event) => events.push(event),
  });
  deepStrictEqual([outputs.name, outputs.version], ["digits-recognizer-custom", 1]);
  deepStrictEqual(steps.map(({ state }) => state), Array(6).fill("succeeded"));
  ok(outputs.right! >= 0 && outputs.right! <= 10);
  ok(events.some(({ type }) => type === "step-progress"));
  strictEqual((await tracker.registry.alias("digits-recognizer-custom", CHAMPION))?.version, 1);
  const names = new Set((await tracker.readRun(run.id)).metrics.map(({ name }) => name));
  for (const name of ["loss", "accuracy", "val_loss", "val_accuracy", "test_accuracy"]) {
    ok(names.has(name), name);
  }
  await run.end("FINISHED");

  await using strict = await tracker.start({ ...options, resumeKey: "strict" });
  const gated = await runLocal(digitsPipeline, { ...params, min_accuracy: 1 }, {
    ...shared,
    run: strict,
  });
  deepStrictEqual(
    gated.steps.map(({ name, cached, state }) => `${name} ${cached ? "cached" : state}`),
    [
      "acquire cached",
      "preprocess cached",
      "train cached",
      "evaluate cached",
      "register cached",
      "serve skipped",
    ],
  );

  const model = await (gated.tasks["train"]!["model"] as StoredArtifact<TrainedModel>).value();
  const broken = { ...encodeModel(model), "model.onnx": Uint8Array.of(1, 2, 3) };
  await tracker.registry.register("broken", broken, { runId: run.id, tags: {} });
  const test = generateDigits(10, { seed: 1 });
  await rejects(
    serveStep.run({ name: "broken", version: 1, validation: test, test }, { run: strict, host }),
    { name: "DataError" },
  );
  strictEqual(await tracker.registry.alias("broken", CHAMPION), undefined);
});

Deno.test("digitsPipeline says which step failed and why", async () => {
  const host = localHost({ cacheFolder: "unused" });
  const tracker = memoryTracker();
  await using run = await tracker.start(options);
  const failed = await runLocal(digitsPipeline, { dataset: "/no/such/folder" }, {
    store: memoryStore(),
    host,
    run,
  }).catch((error) => error);
  ok(failed instanceof StepError);
  strictEqual(failed.step, "acquire");
  deepStrictEqual(failed.result.steps.map(({ state }) => state), [
    "failed",
    ...Array(5).fill("skipped"),
  ]);
});
