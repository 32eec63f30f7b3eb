/**
 * How fast inference servers answer, measured in turn.
 *
 * @module
 */
import { join } from "node:path";
import { UnavailableError } from "../../lib/base/errors.ts";
import type { Digits } from "../../lib/digits/digits.ts";
import type { CommandContext } from "../cli/command.ts";
import { closedLoop, installVegeta, type LoadResult, openLoop } from "./load_generator.ts";
import { firstClass, type LoadRequest, loadRequest, type RequestForm } from "./serving_requests.ts";
import {
  type InferenceServer,
  MODEL_NAME,
  startOurs,
  startServingPeers,
} from "./serving_servers.ts";
import { type Quartiles, quartiles } from "./statistics.ts";

const FORMS: readonly RequestForm[] = ["V1 JSON", "V2 JSON", "V2 binary"];
const RIVAL = "FastAPI"; // The fastest of the peers: the open loop runs at its limit.

/** A load: so many connections that are always busy, or so many requests a second. */
interface Scenario {
  readonly request: LoadRequest;
  readonly connections?: number;
  readonly rate?: number;
}

/** What one server did in one scenario, over all rounds. */
export interface ServingMeasure {
  readonly server: string;
  readonly form: RequestForm;
  /** Pictures a request. */
  readonly images: number;
  /** Connections that were always busy; null where requests came at a constant rate. */
  readonly connections: number | null;
  readonly requestsPerSecond: Quartiles;
  readonly p50Ms: Quartiles;
  readonly p99Ms: Quartiles;
  /** Of all requests in all rounds. */
  readonly failed: number;
}

/** What to measure, and where. */
export interface ServingOptions {
  /** Folder for the model and the peers' environments. */
  readonly folder: string;
  readonly onnx: Uint8Array;
  readonly digits: Digits;
  readonly peers: boolean;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Measures every server in every scenario. @throws {UnavailableError} when a server or a load generator can't be had. */
export async function measureServing(
  options: ServingOptions,
  context: Pick<CommandContext, "terminal" | "signal">,
): Promise<readonly ServingMeasure[]> {
  const { folder, onnx, digits, peers } = options;
  const modelFolder = join(folder, "model");
  await Deno.mkdir(modelFolder, { recursive: true });
  await Deno.writeFile(join(modelFolder, "model.onnx"), onnx);
  await using stack = new AsyncDisposableStack();
  const ours = await startOurs(modelFolder);
  stack.use(ours.server);
  const theirs = peers
    ? await startServingPeers(join(modelFolder, "model.onnx"), { folder, ...context })
    : [];
  for (const { server } of theirs) stack.use(server);

  const ask = (form: RequestForm, images: number) =>
    loadRequest(form, digits, { model: MODEL_NAME, images });
  const closed: readonly Scenario[] = [
    ...FORMS.map((form) => ({ request: ask(form, 1), connections: 16 })),
    { request: ask("V1 JSON", 16), connections: 16 },
    { request: ask("V2 binary", 16), connections: 16 },
    { request: ask("V2 binary", 1), connections: 1 },
    { request: ask("V2 binary", 1), connections: 64 },
  ];
  const measures = await measureInTurn(closed, [ours, ...theirs], { ...options, ...context });
  const rival = theirs.find(({ name }) => name === RIVAL);
  if (!rival) return measures;
  const limit = measures.findLast(({ server }) => server === RIVAL)!.requestsPerSecond.median;
  const open = [{ request: ask("V2 binary", 1), rate: Math.round(limit) }];
  return [...measures, ...await measureInTurn(open, [ours, rival], { ...options, ...context })];
}

/** Round after round, everybody in turn: what slows the machine down slows them all. */
async function measureInTurn(
  scenarios: readonly Scenario[],
  servers: readonly InferenceServer[],
  { rounds, seconds, terminal, signal }:
    & Pick<ServingOptions, "rounds" | "seconds">
    & Pick<CommandContext, "terminal" | "signal">,
): Promise<readonly ServingMeasure[]> {
  const vegeta = await installVegeta({ terminal, signal });
  const pairs = scenarios.flatMap((scenario) =>
    servers.filter(({ forms }) => forms.includes(scenario.request.form))
      .map(({ name, server }) => ({
        ...scenario,
        name,
        url: server.url,
        loads: [] as LoadResult[],
      }))
  );
  await checkAgreement(pairs);
  for (let round = 0; round <= rounds; round++) {
    terminal.say(round === 0 ? "Warming up" : `Round ${round} of ${rounds}`);
    for (const { request, url, loads, connections, rate } of pairs) {
      const load = { url, signal, seconds: round === 0 ? 1 : seconds };
      const result = rate === undefined
        ? await closedLoop(request, { ...load, connections: connections! })
        : await openLoop(request, { ...load, rate, program: vegeta });
      if (round > 0) loads.push(result);
    }
  }
  return pairs.map(({ name, request: { form, images }, connections = null, loads }) => ({
    server: name,
    form,
    images,
    connections,
    requestsPerSecond: quartiles(loads.map((load) => load.requestsPerSecond)),
    p50Ms: quartiles(loads.map((load) => load.p50Ms)),
    p99Ms: quartiles(loads.map((load) => load.p99Ms)),
    failed: loads.reduce((sum, { failed }) => sum + failed, 0),
  }));
}

/** Asks everybody once: they must all take the first picture for the same. */
async function checkAgreement(
  pairs: readonly { readonly name: string; readonly url: string; readonly request: LoadRequest }[],
): Promise<void> {
  let agreed: number | undefined;
  for (const { name, url, request: { path, headers, body, form } } of pairs) {
    const response = await fetch(url + path, { method: "POST", headers: { ...headers }, body });
    const answer = await response.bytes();
    const found = response.ok ? firstClass(answer, response.headers) : -1;
    agreed ??= found;
    if (found >= 0 && found === agreed) continue;
    throw new UnavailableError(
      `Cannot measure ${name} in ${form} as it answers otherwise than the others: ` +
        `${response.status}, ${new TextDecoder().decode(answer.subarray(0, 200))}`,
    );
  }
}
