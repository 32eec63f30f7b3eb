/**
 * `deno task soak`: the inference server at its limit for minutes, with models that are
 * swapped and clients that leave. Every answer must be right, none may be lost, and
 * memory must stay as it is. Needs `wrk`.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadEngine } from "../../lib/model/engines.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { closedLoop } from "./load_generator.ts";
import { loadRequest } from "./serving_requests.ts";
import { MODEL_NAME } from "./serving_servers.ts";
import { startServe } from "./serve_process.ts";
import { askWhileItEnds, checkAnswers, leaveEarly, type SoakTally } from "./soak_clients.ts";
import { makeSoakModels } from "./soak_models.ts";
import { quartiles } from "./statistics.ts";

const SWAP_MS = 10_000;
const CHECKING_CLIENTS = 8;
const LEAVING_CLIENTS = 4;
const LOAD_CONNECTIONS = 16;
const FLAT = 0.1; // By so much the memory of the last third may differ from that of the middle one.

/** What was seen during one version. */
interface Interval {
  readonly version: string;
  readonly answers: number;
  readonly p99Ms: number;
  readonly residentBytes: number;
}

async function soak(minutes: number): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits-soak-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  console.error("Training two models");
  const models = await makeSoakModels(folder, await loadEngine("auto", { threads: 1 }));
  await models.publish();
  const stop = new AbortController();
  const server = stack.use(
    await startServe(["--model", join(folder, "models"), "--name", MODEL_NAME]),
  );
  const { url } = server;

  const tally: SoakTally = {
    right: 0,
    wrong: [],
    refused: 0,
    left: 0,
    latenciesMs: [],
    versions: new Set(),
  };
  const options = { models, model: MODEL_NAME, tally, signal: stop.signal };
  const clients = [
    ...Array.from(
      { length: CHECKING_CLIENTS },
      (_, seed) => checkAnswers(url, { ...options, seed }),
    ),
    ...Array.from({ length: LEAVING_CLIENTS }, (_, seed) => leaveEarly(url, { ...options, seed })),
  ];
  const seconds = Math.round(minutes * 60);
  const request = loadRequest("V2 binary", generateDigits(1), { model: MODEL_NAME, images: 1 });
  const load = closedLoop(request, { url, seconds, connections: LOAD_CONNECTIONS });
  const intervals: Interval[] = [];
  for (let i = 0; i < seconds * 1000 / SWAP_MS; i++) {
    await new Promise((resolve) => setTimeout(resolve, SWAP_MS));
    const latencies = tally.latenciesMs.splice(0).sort((a, b) => a - b);
    const interval = {
      version: await models.publish(),
      answers: latencies.length,
      p99Ms: latencies[Math.floor(0.99 * latencies.length)] ?? Infinity,
      residentBytes: await residentBytes(url),
    };
    intervals.push(interval);
    console.error(JSON.stringify(interval));
  }
  const { requestsPerSecond, failed } = await load;
  stop.abort();
  await Promise.all(clients);
  const last = await askWhileItEnds(url, { models, model: MODEL_NAME, end: () => server.end() });
  return report(intervals, tally, { requestsPerSecond, failed, last });
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/** Says what came out; tells whether it is what it should be. */
function report(
  intervals: readonly Interval[],
  tally: SoakTally,
  load: {
    readonly requestsPerSecond: number;
    readonly failed: number;
    readonly last: { readonly asked: number; readonly answered: number };
  },
): boolean {
  const third = Math.floor(intervals.length / 3);
  const memory = (some: readonly Interval[]) =>
    quartiles(some.map(({ residentBytes }) => residentBytes)).median;
  const growth = memory(intervals.slice(-third)) / memory(intervals.slice(third, 2 * third)) - 1;
  const p99 = quartiles(intervals.map(({ p99Ms }) => p99Ms));
  const { right, wrong, refused, left, versions } = tally;
  console.log(JSON.stringify({
    ...{ ...load, right, wrong: wrong.length, refused, left, versions: versions.size },
    ...{ memoryGrowth: growth, p99Ms: p99, firstWrong: wrong.slice(0, 5) },
  }));
  return wrong.length === 0 && load.failed === 0 && load.last.answered === load.last.asked &&
    Math.abs(growth) <= FLAT &&
    versions.size >= intervals.length - 1;
}

const { values: { minutes } } = parseArgs({
  options: { minutes: { type: "string", default: "10" } },
});
if (!await soak(Number(minutes))) Deno.exit(1);
