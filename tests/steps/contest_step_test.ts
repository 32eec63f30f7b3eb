import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { verdictText } from "../../lib/steps/verdict.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { arena, modelName as name, withOther } from "./arena.ts";
import { smallModel } from "./small_models.ts";

const [good, poor] = await Promise.all([
  smallModel(),
  smallModel({ epochs: 1, learningRate: 1e-6 }),
]);
/** Says the very same and is another model. */
const twin: TrainedModel = {
  ...good,
  description: { ...good.description, training: { ...good.description.training, seed: 8 } },
};

Deno.test("contestStep lets the first version win, and the champion win again", async () => {
  const { contest, crown, history, tags } = await arena([good]);
  const first = await contest(1);
  strictEqual(first.wins, true);
  match(verdictText(first.verdict), /^version 1 is champion, the first one$/);
  deepStrictEqual(await history(), [], "that is for the serve step to change");
  await crown(1);
  const again = await contest(1);
  strictEqual(again.wins, true);
  match(verdictText(again.verdict), /^version 1 stays champion: it is the very same model$/);
  strictEqual((await tags())["verdict"], undefined, "nothing is served so far");
});

Deno.test("contestStep lets the version win that reads more validation digits right", async () => {
  const { contest, crown, tags } = await arena([poor, good]);
  await crown(1);
  const { wins, verdict: won } = await contest(2);
  deepStrictEqual([wins, won.champion, won.before, won.count], [true, 2, 1, 40]);
  ok(won.accuracy! > won.accuracyBefore!);
  const { history, bestEpoch } = good.description;
  strictEqual(won.accuracy, history[bestEpoch - 1]!.validationAccuracy);
  await crown(2);
  const lost = await contest(1);
  deepStrictEqual(
    [lost.wins, lost.verdict.champion, lost.verdict.accuracy, lost.verdict.accuracyBefore],
    [false, 2, won.accuracyBefore, won.accuracy],
  );
  strictEqual((await tags())["verdict"], verdictText(lost.verdict), "a lost contest is recorded");
});

Deno.test("contestStep keeps the champion at a tie", async () => {
  const { contest, crown } = await arena([good, twin]);
  await crown(1);
  const { wins, verdict: { champion, accuracy, accuracyBefore } } = await contest(2);
  deepStrictEqual([wins, champion, accuracy], [false, 1, accuracyBefore]);
});

Deno.test("contestStep is not held up by a champion that can't be loaded or reads other pictures", async () => {
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
    const { contest, crown } = await arena([champion, poor]);
    await crown(1);
    const { wins, verdict } = await contest(2);
    match(verdict.problem!, problem);
    deepStrictEqual([wins, verdict.champion, verdict.accuracy], [true, 2, null]);
  }
});

Deno.test("contestStep decides nothing while the champion can't be had", async () => {
  const { registry, run, contest, crown } = await arena([good, poor]);
  await crown(1);
  const away = withOther(
    registry,
    "files",
    (version) =>
      version.version === 1
        ? Promise.reject(new UnavailableError("Cannot reach the models"))
        : registry.files(version),
  );
  const offline = withOther(run, "registry", away);
  await rejects(contest(2, { run: offline }), /^UnavailableError: Cannot reach the models$/);
  strictEqual((await registry.alias(name, CHAMPION))?.version, 1);
});

Deno.test("contestStep says when the champion was validated on other digits", async () => {
  const { contest, crown } = await arena([poor, good], { validation_digest: "5".repeat(36) });
  await crown(1);
  strictEqual((await contest(2)).verdict.otherSplit, false);
  await crown(2);
  strictEqual((await contest(1, { digest: "6".repeat(64) })).verdict.otherSplit, true);
});

Deno.test("contestStep says that there is no such version", async () => {
  const { contest } = await arena([]);
  await rejects(contest(3), /^DataError: Cannot serve digits version 3: there is none$/);
});
