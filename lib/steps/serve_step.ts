/**
 * Installing a model version as the one that is served, as a component.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type Digits, imageAt, selectDigits } from "../digits/digits.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, text } from "../pipeline/port.ts";
import { connect } from "../serve/client.ts";
import { createHandler } from "../serve/handler.ts";
import type { Predictor } from "../serve/predictor.ts";
import { digitsArtifact } from "./artifacts.ts";
import { CHAMPION } from "./champion.ts";
import { openVersion } from "./open_version.ts";

const PROOF_DIGITS = 10;
const TOLERANCE = 1e-5; // JSON keeps every digit; one picture or ten at once may be summed in another order.

/** Proves that a version answers as it should, and only then lets it be served. */
export const serveStep = defineComponent({
  name: "serve",
  description: "Proves the model version by predictions and makes it the one that is served",
  effects: true,
  inputs: {
    name: text("The registered name"),
    version: integer("The version to serve"),
    test: digitsArtifact("Digits to prove it with"),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
  },
  outputs: {
    right: integer(`How many of ${PROOF_DIGITS} test digits the server read right`),
  },
  async run({ name, version, test, engine }, { run: { registry }, host }) {
    const wanted = (await registry.versions(name)).find((other) => other.version === version);
    if (!wanted) throw new DataError(`Cannot serve ${name} version ${version}: there is none`);
    await using model = await openVersion(registry, wanted, { host, engine });
    const right = await prove(model.predictor, test);
    await registry.setAlias(name, CHAMPION, version);
    return { right };
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
