/**
 * A candidate against the present champion, as a component.
 *
 * @module
 */
import { defineComponent } from "../pipeline/component.ts";
import { boolean, integer, struct, text } from "../pipeline/port.ts";
import { digitsArtifact } from "./artifacts.ts";
import { contest } from "./contest.ts";
import { openVersion, versionOf } from "./open_version.ts";
import { verdictJson, verdictText } from "./verdict.ts";

/**
 * Lets a version meet the champion on the validation digits. The test digits have no say: what was
 * chosen by them could not be reported of them.
 */
export const contestStep = defineComponent({
  name: "contest",
  description: "Compares the model version with the champion on the validation digits",
  effects: true, // Its outcome depends on the champion, which no input names: never from a cache.
  inputs: {
    name: text("The registered name"),
    version: integer("The version that might be served"),
    validation: digitsArtifact("Digits to compare it with the champion on"),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
  },
  outputs: {
    wins: boolean("Whether it is to be served: it beats the champion, or is the champion"),
    verdict: struct("Which version is to be champion, and the accuracies that decided it"),
  },
  async run({ name, version, validation, engine }, context) {
    const { run, host, signal, progress, artifacts } = context;
    const { registry } = run;
    await using model = await openVersion(registry, await versionOf(registry, name, version), {
      host,
      engine,
    });
    const verdict = await contest(model, {
      registry,
      validation,
      validationInfo: artifacts["validation"],
      host,
      engine,
      signal,
      progress,
    });
    const wins = verdict.champion === version;
    // The serve step tells of a victory: until then the version before is in service.
    if (!wins) await run.tag({ verdict: verdictText(verdict) });
    return { wins, verdict: verdictJson(verdict) };
  },
});
