/**
 * This package's MLflow client against MLflow's own Python client, on one server that is started
 * for it with SQLite and MLflow's own default of four workers.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";
import { installMlflow, startMlflow } from "../services/mlflow.ts";
import { LineProcess } from "./line_process.ts";
import { quartiles, ratioOfMedians } from "./statistics.ts";

const ANSWER_MS = 600_000;

const Answer = v.object({
  seconds: v.pipe(v.number(), v.gtValue(0)),
  artifact: v.optional(v.string()),
  peakBytes: v.optional(v.number()),
});

type Answer = v.InferOutput<typeof Answer>;

/** What to measure. */
export interface TrackingBenchOptions {
  /** Metric points that are logged in one go. @default {100_000} */
  readonly points?: number;
  /** Every measurement is taken once a round, one after another. @default {3} */
  readonly rounds?: number;
  /** Size of the artifact. @default {1024} */
  readonly megabytes?: number;
  /** Told of every result, in words for people. */
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How one thing compares. */
export interface TrackingResult {
  readonly name: string;
  /** What the rates count. */
  readonly unit: "points/s" | "MB/s";
  /** Medians of the rounds, a second. */
  readonly ours: number;
  readonly python: number;
  /** How many times faster ours is. */
  readonly ratio: number;
}

/** The results, and the most memory that a transfer of ours took. */
export interface TrackingResults {
  readonly results: readonly TrackingResult[];
  readonly peakMegabytes: number;
}

/** Starts a server and both clients, and measures in turns. */
export async function measureTracking(options: TrackingBenchOptions): Promise<TrackingResults> {
  const { points = 100_000, rounds = 3, megabytes = 1024, onProgress, signal } = options;
  const python = await installMlflow({ signal });
  await using server = await startMlflow({ signal, workers: 4 });
  await using ours = startClient(Deno.execPath(), [
    ...["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", "--allow-net=127.0.0.1"],
    ...[scriptPath("mlflow_own.ts"), server.url],
  ], signal);
  await using theirs = startClient(python, [
    ...[scriptPath("peers/mlflow_peer.py"), "--tracking-uri", server.url],
  ], signal);
  await ours.hear();
  await theirs.hear();

  const results: TrackingResult[] = [];
  for (const { names, measure, share } of POINT_MEASURES) {
    const count = Math.ceil(points * share);
    const mine: number[] = [];
    const other: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const question = { points: count, names };
      mine.push(count / (await ask(ours, { measure: "log_batch", ...question })).seconds);
      other.push(count / (await ask(theirs, { measure, ...question })).seconds);
    }
    const name = `${names} names, against ${measure}`;
    results.push(compare(name, "points/s", mine, other));
    onProgress(describe(results.at(-1)!));
  }
  const transfers = await measureTransfers({ ours, theirs, rounds, megabytes });
  transfers.results.forEach((result) => onProgress(describe(result)));
  onProgress(`most memory of ours in a transfer: ${Math.round(transfers.peakMegabytes)} MB`);
  return { ...transfers, results: [...results, ...transfers.results] };
}

/** What the points are compared with; the slow ways of the peer get a share of the points. */
const POINT_MEASURES = [
  { names: 10, measure: "log_batch", share: 1 },
  { names: 100, measure: "log_batch", share: 1 },
  { names: 1000, measure: "log_batch", share: 1 },
  { names: 10, measure: "log_metrics_async", share: 0.05 },
  { names: 10, measure: "log_metrics", share: 0.02 },
] as const;

async function measureTransfers({ ours, theirs, rounds, megabytes }: {
  readonly ours: LineProcess;
  readonly theirs: LineProcess;
  readonly rounds: number;
  readonly megabytes: number;
}): Promise<TrackingResults> {
  const folder = await Deno.makeTempDir({ prefix: "digits-bench-" });
  await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  const file = join(folder, "artifact.bin");
  await writeNoise(file, megabytes);
  const rates = { up: [] as number[], down: [] as number[] };
  const peerRates = { up: [] as number[], down: [] as number[] };
  let peakBytes = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [client, { up, down }] of [[ours, rates], [theirs, peerRates]] as const) {
      const place = await Deno.makeTempDir({ dir: folder });
      const sent = await ask(client, { measure: "upload", file });
      const question = { measure: "download", artifact: sent.artifact, folder: place };
      const got = await ask(client, question);
      await Deno.remove(place, { recursive: true });
      up.push(megabytes / sent.seconds);
      down.push(megabytes / got.seconds);
      peakBytes = Math.max(peakBytes, sent.peakBytes ?? 0, got.peakBytes ?? 0);
    }
  }
  return {
    results: [
      compare(`upload of ${megabytes} MB`, "MB/s", rates.up, peerRates.up),
      compare(`download of ${megabytes} MB`, "MB/s", rates.down, peerRates.down),
    ],
    peakMegabytes: peakBytes / 1e6,
  };
}

function compare(
  name: string,
  unit: TrackingResult["unit"],
  ours: readonly number[],
  python: readonly number[],
): TrackingResult {
  return {
    name,
    unit,
    ours: quartiles(ours).median,
    python: quartiles(python).median,
    ratio: ratioOfMedians(ours, python),
  };
}

function describe({ name, unit, ours, python, ratio }: TrackingResult): string {
  return `${name.padEnd(42)} ours ${Math.round(ours)} ${unit}, Python ${Math.round(python)} ` +
    `${unit}: ${ratio.toFixed(2)} times`;
}

function startClient(
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): LineProcess {
  return new LineProcess({ program, args, timeoutMs: ANSWER_MS, ...(signal && { signal }) });
}

async function ask(client: LineProcess, question: unknown): Promise<Answer> {
  const line = await client.ask(JSON.stringify(question));
  const answer = v.safeParse(Answer, JSON.parse(line));
  if (answer.success) return answer.output;
  throw new UnavailableError(`Cannot measure ${JSON.stringify(question)}: it answered ${line}`);
}

/** Bytes that nothing on their way can compress. */
async function writeNoise(path: string, megabytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const block = new Uint8Array(1_000_000);
  for (let i = 0; i < megabytes; i++) {
    for (let at = 0; at < block.length; at += 50_000) {
      crypto.getRandomValues(block.subarray(at, at + 50_000));
    }
    await file.write(block);
  }
}

function scriptPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
