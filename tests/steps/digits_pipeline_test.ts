import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type RunEvent, StepError } from "../../lib/pipeline/run_event.ts";
import { runLocal } from "../../lib/pipeline/run_local.ts";
import { memoryStepCache } from "../../lib/pipeline/step_cache.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { parseVerdict, verdictText } from "../../lib/steps/verdict.ts";
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
  deepStrictEqual(steps.map(({ state }) => state), Array(7).fill("succeeded"));
  ok(outputs.right! >= 0 && outputs.right! <= 10);
  deepStrictEqual([outputs.url, parseVerdict(outputs.verdict!).champion], ["", 1]);
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
      "contest skipped",
      "serve skipped",
    ],
  );
  deepStrictEqual([gated.outputs.verdict, gated.outputs.url], [undefined, undefined]);
});

Deno.test("digitsPipeline serves nothing that loses the contest, and tells of it all the same", async () => {
  await using folder = await digitsFolder();
  const host = { ...localHost({ cacheFolder: folder.path }), cores: 1 };
  const tracker = memoryTracker();
  const shared = { store: memoryStore(), host };
  const params = { dataset: folder.path, no_epochs: 2, min_accuracy: 0 };
  await using run = await tracker.start(options);
  await runLocal(digitsPipeline, params, { ...shared, run });
  await using later = await tracker.start({ ...options, resumeKey: "poor" });
  const poor = { ...params, no_epochs: 1, learning_rate: 1e-6 };
  const { outputs, steps } = await runLocal(digitsPipeline, poor, { ...shared, run: later });
  deepStrictEqual(
    steps.slice(-2).map(({ name, state }) => `${name} ${state}`),
    ["contest succeeded", "serve skipped"],
  );
  const verdict = parseVerdict(outputs.verdict!);
  deepStrictEqual([verdict.candidate, verdict.champion], [2, 1]);
  deepStrictEqual([outputs.right, outputs.url], [undefined, undefined]);
  strictEqual((await tracker.readRun(later.id)).tags["verdict"], verdictText(verdict));
  strictEqual((await tracker.registry.alias("digits-recognizer-custom", CHAMPION))?.version, 1);
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
    ...Array(6).fill("skipped"),
  ]);
});

Deno.test("digitsPipeline records no training that its settings make impossible", async () => {
  await using folder = await digitsFolder();
  const tracker = memoryTracker();
  await using run = await tracker.start(options);
  const failed = await runLocal(digitsPipeline, { dataset: folder.path, batch_size: -1 }, {
    store: memoryStore(),
    host: localHost({ cacheFolder: folder.path }),
    run,
  }).catch((error) => error);
  ok(failed instanceof StepError);
  strictEqual(failed.step, "train");
  strictEqual(failed.message.includes("batchSize -1: it must be a whole number from 1"), true);
  strictEqual((await tracker.readRun(run.id)).params["effective_batch_size"], undefined);
});
