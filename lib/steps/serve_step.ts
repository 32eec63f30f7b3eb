/**
 * Putting a model version into service, as a component.
 *
 * @module
 */
import { BusyError } from "../base/errors.ts";
import type { Digits } from "../digits/digits.ts";
import { defineComponent } from "../pipeline/component.ts";
import { boolean, integer, struct, text } from "../pipeline/port.ts";
import type { ModelRegistry } from "../pipeline/tracker.ts";
import { connect } from "../serve/client.ts";
import { createHandler } from "../serve/handler.ts";
import type { Predictor } from "../serve/predictor.ts";
import { digitsArtifact } from "./artifacts.ts";
import { CHAMPION } from "./champion.ts";
import { deployVersion } from "./deploy_version.ts";
import { repositoryArtifact } from "./model_repository.ts";
import { openVersion, versionOf } from "./open_version.ts";
import { PROOF_DIGITS, prove } from "./prove.ts";
import { parseServing } from "./serving.ts";
import { parseVerdict, verdictText } from "./verdict.ts";

const TOLERANCE = 1e-5; // JSON keeps every digit; one picture or ten at once may be summed in another order.

/**
 * Serves the version that won, proves by predictions that it answers as it should, and only then
 * makes it the champion. Locally nothing is started: `deno task serve` follows the champion.
 */
export const serveStep = defineComponent({
  name: "serve",
  description: "Puts the model version into service and proves it by predictions",
  effects: true,
  inputs: {
    name: text("The registered name"),
    version: integer("The version to serve"),
    verdict: struct("What the contest decided"),
    repository: repositoryArtifact("The version as model servers want it"),
    test: digitsArtifact("Digits to prove it with"),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
    serving: struct("Where to serve", { default: { target: "local" } }),
  },
  outputs: {
    right: integer(`How many of ${PROOF_DIGITS} test digits the server read right`),
    url: text("Where the service answers; empty where nothing was started"),
    canary: boolean("Whether it has only a share of the requests so far, and is no champion yet"),
  },
  async run({ name, version, test, engine, ...inputs }, context) {
    const { run, host, signal, progress } = context;
    const { registry } = run;
    const { target, ...settings } = parseServing(inputs.serving);
    const verdict = parseVerdict(inputs.verdict);
    await checkChampion(registry, { name, version, before: verdict.before });
    const wanted = await versionOf(registry, name, version);
    await using model = await openVersion(registry, wanted, { host, engine });
    const { predictor } = model;
    const { right, url, canary } = target === "kserve"
      ? await deployVersion(predictor, {
        ...settings,
        filesUri: await context.filesUri("repository"),
        digits: test,
        runId: run.id,
        host,
        signal,
        progress,
      })
      : { right: await proveHere(predictor, test, signal), url: "", canary: false };
    if (canary) {
      await run.tag({ service: url, canary: `version ${version} has a share of the requests` });
    } else {
      await registry.setAlias(name, CHAMPION, version);
      await run.tag({ verdict: verdictText(verdict), ...(url !== "" && { service: url }) });
    }
    return { right, url, canary };
  },
});

/** Asks the server in this process, through the handler that it listens with. */
async function proveHere(predictor: Predictor, digits: Digits, signal: AbortSignal) {
  const client = connect(createHandler({ models: [predictor] }), { model: predictor.name });
  return await prove(client, { predictor, digits, tolerance: TOLERANCE, signal });
}

/** Whether the contest was against the version that is champion now. */
async function checkChampion(
  registry: ModelRegistry,
  { name, version, before }: {
    readonly name: string;
    readonly version: number;
    readonly before: number | null;
  },
): Promise<void> {
  const now = (await registry.alias(name, CHAMPION))?.version ?? null;
  if (now === before || now === version) return;
  throw new BusyError(
    `Cannot serve ${name} version ${version} as another run changed the champion from version ` +
      `${before ?? "none"} to ${now ?? "none"} after the contest: run the pipeline again`,
  );
}
