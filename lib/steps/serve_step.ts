/**
 * Installing a model version as the one that is served, as a component.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type Digits, imageAt, selectDigits } from "../digits/digits.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, struct, text } from "../pipeline/port.ts";
import { connect } from "../serve/client.ts";
import { createHandler } from "../serve/handler.ts";
import type { Predictor } from "../serve/predictor.ts";
import { digitsArtifact } from "./artifacts.ts";
import { CHAMPION } from "./champion.ts";
import { contest } from "./contest.ts";
import { openVersion } from "./open_version.ts";
import { verdictText } from "./verdict.ts";

const PROOF_DIGITS = 10;
const TOLERANCE = 1e-5; // JSON keeps every digit; one picture or ten at once may be summed in another order.

/**
 * Proves that a version answers as it should, lets it meet the champion on the validation digits,
 * and only when it reads more of them right lets it be served. The test digits prove and don't
 * choose: what was chosen by them could not be reported of them.
 */
export const serveStep = defineComponent({
  name: "serve",
  description: "Proves the model version by predictions and serves it if it beats the champion",
  effects: true,
  inputs: {
    name: text("The registered name"),
    version: integer("The version to serve"),
    validation: digitsArtifact("Digits to compare it with the champion on"),
    test: digitsArtifact("Digits to prove it with"),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
  },
  outputs: {
    right: integer(`How many of ${PROOF_DIGITS} test digits the server read right`),
    verdict: struct("Which version is champion now, and the accuracies that decided it"),
  },
  async run({ name, version, validation, test, engine }, context) {
    const { run, host, signal, progress, artifacts } = context;
    const { registry } = run;
    const wanted = (await registry.versions(name)).find((other) => other.version === version);
    if (!wanted) throw new DataError(`Cannot serve ${name} version ${version}: there is none`);
    await using model = await openVersion(registry, wanted, { host, engine });
    const right = await prove(model.predictor, test);
    const verdict = await contest(model, {
      registry,
      validation,
      validationInfo: artifacts["validation"],
      host,
      engine,
      signal,
      progress,
    });
    if (verdict.champion === version) await registry.setAlias(name, CHAMPION, version);
    await run.tag({ verdict: verdictText(verdict) });
    return { right, verdict };
  },
});

/**
 * Asks the server, through the handler it listens with, what some digits are: it
 * must say what the model says. How good that is was the gate's business.
 */
async function prove(predictor: Predictor, test: Digits): Promise<number> {
  const digits = selectDigits(test, Array.from(test.labels.subarray(0, PROOF_DIGITS), (_, i) => i));
  const images = Array.from(digits.labels, (_, i) => imageAt(digits, i));
  const client = connect(createHandler({ models: [predictor] }), { model: predictor.name });
  const predictions = await client.predict(images);
  const answers = predictions.flatMap(({ probabilities }) => probabilities);
  const { probabilities } = await predictor.predict(digits.images);
  const wrong = answers.findIndex((answer, i) =>
    !(Math.abs(answer - probabilities[i]!) < TOLERANCE)
  );
  if (wrong >= 0 || answers.length !== probabilities.length) {
    throw new DataError(
      `Cannot serve ${predictor.name} version ${predictor.version} as the server answered ` +
        `${answers[wrong]} where the model says ${probabilities[wrong]}, for digit ` +
        `${Math.floor(wrong / predictor.classNames.length)}; the version before stays in service`,
    );
  }
  return predictions.filter((found, i) => found.class === digits.labels[i]).length;
}
