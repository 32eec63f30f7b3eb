import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { serveStep } from "../../lib/steps/serve_step.ts";
import { type Verdict, verdictText } from "../../lib/steps/verdict.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { smallData } from "../model/small_training.ts";
import { someRun } from "../pipeline/sample.ts";
import { smallModel } from "./small_models.ts";

const name = "digits";
const validation = smallData.validation!;
const [good, poor] = await Promise.all([
  smallModel(),
  smallModel({ epochs: 1, learningRate: 1e-6 }),
]);
/** Says the very same and is another model. */
const twin: TrainedModel = {
  ...good,
  description: { ...good.description, training: { ...good.description.training, seed: 8 } },
};

/** A registry with these versions, and what it takes to serve one. */
async function bench(models: readonly TrainedModel[], tags: Readonly<Record<string, string>> = {}) {
  const tracker = memoryTracker({ now: () => 0 });
  const run = await tracker.start(someRun);
  const { registry } = tracker;
  for (const model of models) {
    await registry.register(name, encodeModel(model), { runId: run.id, tags });
  }
  return {
    registry,
    run,
    history: () => registry.aliasHistory(name, CHAMPION),
    tags: async () => (await tracker.readRun(run.id)).tags,
    async serve(version: number, lent: { readonly run?: Run; readonly digest?: string } = {}) {
      const { digest = "5".repeat(64) } = lent;
      const inputs = { name, version, validation, test: smallData.train };
      const { verdict } = await serveStep.run(inputs, {
        run: lent.run ?? run,
        host: { cores: 1 } as never, // all that it needs of one
        artifacts: { validation: { uri: "memory:v", size: 1, sha256: digest } },
      });
      return verdict as Verdict;
    },
  };
}

Deno.test("serveStep makes the first version champion, and leaves it that when it comes again", async () => {
  const { serve, history, tags } = await bench([good]);
  match(verdictText(await serve(1)), /^version 1 is champion, the first one$/);
  match(verdictText(await serve(1)), /^version 1 stays champion: it is the very same model$/);
  deepStrictEqual(await history(), [1]);
  strictEqual((await tags())["verdict"], "version 1 stays champion: it is the very same model");
});

Deno.test("serveStep lets the version that reads more validation digits right be served", async () => {
  const { serve, history } = await bench([poor, good]);
  await serve(1);
  const won = await serve(2);
  deepStrictEqual([won.champion, won.before, won.count], [2, 1, 40]);
  ok(won.accuracy! > won.accuracyBefore!);
  strictEqual(
    won.accuracy,
    good.description.history[good.description.bestEpoch - 1]!
      .validationAccuracy,
  );
  const lost = await serve(1);
  deepStrictEqual(
    [lost.champion, lost.accuracy, lost.accuracyBefore],
    [2, won.accuracyBefore, won.accuracy],
  );
  deepStrictEqual(await history(), [1, 2]);
});

Deno.test("serveStep keeps the champion at a tie", async () => {
  const { serve, history } = await bench([good, twin]);
  await serve(1);
  const { champion, accuracy, accuracyBefore } = await serve(2);
  deepStrictEqual([champion, accuracy], [1, accuracyBefore]);
  deepStrictEqual(await history(), [1]);
});

Deno.test("serveStep is not held up by a champion that can't be loaded or reads other pictures", async () => {
  const damaged = { ...good, onnx: Uint8Array.of(1, 2, 3) };
  const foreign = await smallModel({ epochs: 1, train: smallDigits(20) });
  const renamed = {
    ...good,
    description: { ...good.description, classNames: ["a", "b", "c"] },
  };
  for (
    const [champion, problem] of [
      [damaged, /^Cannot /],
      [foreign, /^it reads pictures of 4 × 3 × 1$/],
      [renamed, /^it tells other classes apart: a, b, c$/],
    ] as const
  ) {
    const { registry, serve, history } = await bench([champion, poor]);
    await registry.setAlias(name, CHAMPION, 1);
    const verdict = await serve(2);
    match(verdict.problem!, problem);
    deepStrictEqual([verdict.champion, verdict.accuracy], [2, null]);
    deepStrictEqual(await history(), [1, 2]);
  }
});

Deno.test("serveStep changes nothing while the champion can't be had", async () => {
  const { registry, run, serve, history } = await bench([good, poor]);
  await registry.setAlias(name, CHAMPION, 1);
  const away = withOther(
    registry,
    "files",
    (version) =>
      version.version === 1
        ? Promise.reject(new UnavailableError("Cannot reach the models"))
        : registry.files(version),
  );
  const offline = withOther(run, "registry", away);
  await rejects(serve(2, { run: offline }), /^UnavailableError: Cannot reach the models$/);
  deepStrictEqual(await history(), [1]);
});

Deno.test("serveStep says when the champion was validated on other digits", async () => {
  const { serve } = await bench([poor, good], { validation_digest: "5".repeat(36) });
  await serve(1);
  strictEqual((await serve(2)).otherSplit, false);
  strictEqual((await serve(1, { digest: "6".repeat(64) })).otherSplit, true);
});

/** The same object with one member replaced. */
function withOther<T extends object, K extends keyof T>(target: T, name: K, value: T[K]): T {
  return new Proxy(target, {
    get(_, wanted) {
      if (wanted === name) return value;
      const member: unknown = Reflect.get(target, wanted, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
