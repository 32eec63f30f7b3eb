/**
 * Installing a model version as the one that is served, as a component.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { imageAt } from "../digits/digits.ts";
import type { Digits } from "../digits/digits.ts";
import { defineComponent } from "../pipeline/component.ts";
import { integer, text } from "../pipeline/port.ts";
import { connect } from "../serve/client.ts";
import { createHandler } from "../serve/handler.ts";
import type { Predictor } from "../serve/predictor.ts";
import { CHAMPION } from "./champion.ts";
import { openVersion } from "./open_version.ts";

const PROOF_DIGITS = 10;
// Ten digits of a model that is right in 97 of 100 cases: fewer than six right is one in 10 million.
const ENOUGH_RIGHT = 6;
import { digitsArtifact } from "./artifacts.ts";

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

/** Asks the server, through the handler it listens with, what some digits are. */
async function prove(predictor: Predictor, test: Digits): Promise<number> {
  const count = Math.min(PROOF_DIGITS, test.labels.length);
  const images = Array.from({ length: count }, (_, i) => imageAt(test, i));
  const client = connect(createHandler({ models: [predictor] }), { model: predictor.name });
  const predictions = await client.predict(images);
  const right = predictions.filter((found, i) => found.class === test.labels[i]).length;
  if (right < ENOUGH_RIGHT * count / PROOF_DIGITS) {
    throw new DataError(
      `Cannot serve ${predictor.name} version ${predictor.version}: through the server it read ` +
        `only ${right} of ${count} test digits right; the version before stays in service`,
    );
  }
  return right;
}
