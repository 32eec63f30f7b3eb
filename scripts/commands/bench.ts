/**
 * `deno task bench`: how fast training, predicting and the whole pipeline are.
 *
 * @module
 */
import { join } from "node:path";
import { formatBytes } from "../../lib/base/bytes.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { acquire } from "../../lib/steps/acquire.ts";
import { resolveSource } from "../../lib/steps/dataset_source.ts";
import { networkModel, OwnMeasures } from "../bench/own_measures.ts";
import type { PeerProcess } from "../bench/peer_process.ts";
import { startPeers } from "../bench/peers.ts";
import { type PipelineRun, runPipelineProcess } from "../bench/pipeline_process.ts";
import { measureTracking } from "../bench/mlflow_tracking.ts";
import { measureServing } from "../bench/serving.ts";
import { servingLines } from "../bench/serving_lines.ts";
import { type Quartiles, quartiles, ratioOfMedians } from "../bench/statistics.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { flag, integer, text } from "../cli/options.ts";
import { percent } from "../cli/run_facts.ts";
import { tableLines } from "../cli/table.ts";
import { openWorkspace, type Workspace } from "../cli/workspace.ts";

const TRAIN_BATCH = 128;
const PREDICT_BATCH = 256;
const IMAGES_PER_ROUND = 25_600; // Keras takes a tenth of a second to begin, whatever it has to do.
const SINGLE_PREDICTIONS = 200;
const SERVING_SECONDS = 2; // Of each of about 20 measurements a round.

/** Everything measured of one library, over all rounds. */
interface Measured {
  readonly name: string;
  readonly version: string;
  readonly trainImagesPerSecond: number[];
  readonly predictImagesPerSecond: number[];
  /** Median latency of each round. */
  readonly latencyMs: number[];
}

export const benchCommand = defineCommand({
  name: "bench",
  summary: "Measure training, inference and the pipeline; --peers against Keras",
  words: "",
  maxWords: 0,
  examples: [
    "bench",
    "bench --data ../mnist --peers",
    "bench --serving --peers",
    "bench --tracking --rounds 3",
    "bench --peers --torch --rounds 9 --json",
  ],
  options: {
    data: text("SOURCE", "Digits to measure with, as for the pipeline (auto)", "auto"),
    rounds: integer("Rounds, each measuring everybody in turn (7)", 7, { low: 1, high: 100 }),
    threads: integer("Threads for each library (all cores)", undefined, { low: 1, high: 256 }),
    peers: flag("Also measure Keras in a Python environment that is made for it"),
    serving: flag(
      "Measure the inference server; --peers against KServe, MLServer and FastAPI (needs wrk and go)",
    ),
    tracking: flag("Measure the MLflow client against MLflow's own, on a server that is installed"),
    torch: flag("With --peers: also PyTorch, whose download is large"),
    "no-pipeline": flag("Leave out the whole pipeline"),
    json: flag("Print one JSON object on stdout"),
    settings: settingsOption,
  },
  async run(flags, _words, context) {
    const { terminal, signal } = context;
    if (flags.tracking) {
      const onProgress = flags.json ? terminal.say : terminal.print;
      const measured = await measureTracking({ rounds: flags.rounds, onProgress, signal });
      if (flags.json) terminal.print(JSON.stringify(measured));
      return 0;
    }
    const settings = await readSettings(flags.settings);
    await using workspace = await openWorkspace(settings, { threads: flags.threads });
    const { home, host } = workspace;
    const notice = (line: string) => terminal.say(line);
    const mirrors = settings.mnistMirrors ? { mnistMirrors: settings.mnistMirrors } : {};
    const source = await resolveSource(flags.data, { host, signal, notice, ...mirrors });
    const dataset = await acquire(source, { host, signal, notice, ...mirrors });
    const engine = await loadEngine("auto", { threads: host.cores });
    if (flags.serving) {
      const measures = await measureServing({
        folder: join(home, "bench", "serving"),
        onnx: await networkModel(engine, dataset.test),
        digits: dataset.test,
        peers: flags.peers,
        rounds: flags.rounds,
        seconds: SERVING_SECONDS,
      }, context);
      if (flags.json) terminal.print(JSON.stringify({ rounds: flags.rounds, serving: measures }));
      else for (const line of servingLines(measures)) terminal.print(line);
      return 0;
    }
    await using own = await OwnMeasures.start(engine, dataset.train, TRAIN_BATCH);
    await using stack = new AsyncDisposableStack();
    const peers = flags.peers
      ? await startPeers({
        folder: join(home, "bench"),
        digits: dataset.train,
        threads: host.cores,
        torch: flags.torch,
        signal,
        onProgress: notice,
      })
      : [];
    for (const peer of peers) stack.use(peer);
    const measured = await measureRounds(own, engine.runtime, peers, flags.rounds, context);
    const pipeline = flags["no-pipeline"]
      ? null
      : await measurePipeline(flags.data, workspace, context);
    const report = {
      dataset: dataset.name,
      threads: host.cores,
      rounds: flags.rounds,
      libraries: measured.map((each) => summarize(each, measured[0]!)),
      pipeline,
    };
    if (flags.json) terminal.print(JSON.stringify(report));
    else for (const line of reportLines(report)) terminal.print(line);
    return 0;
  },
});

/** Everybody in turn, round after round: what slows the machine down slows them all. */
async function measureRounds(
  own: OwnMeasures,
  runtime: string,
  peers: readonly PeerProcess[],
  rounds: number,
  { terminal, signal }: CommandContext,
): Promise<readonly Measured[]> {
  const measured = [{ name: "Digits Recognizer", version: runtime }, ...peers].map(
    ({ name, version }): Measured => ({
      name,
      version,
      trainImagesPerSecond: [],
      predictImagesPerSecond: [],
      latencyMs: [],
    }),
  );
  const [ours, ...theirs] = measured;
  for (let round = 1; round <= rounds; round++) {
    signal.throwIfAborted();
    terminal.say(`Round ${round} of ${rounds}`);
    ours!.trainImagesPerSecond.push(await own.train(IMAGES_PER_ROUND));
    for (const [i, peer] of peers.entries()) {
      const { imagesPerSecond } = await peer.train(IMAGES_PER_ROUND, { batchSize: TRAIN_BATCH });
      theirs[i]!.trainImagesPerSecond.push(imagesPerSecond);
    }
    const batch = { batchSize: PREDICT_BATCH };
    ours!.predictImagesPerSecond.push(await own.predict(IMAGES_PER_ROUND, batch));
    for (const [i, peer] of peers.entries()) {
      const { imagesPerSecond } = await peer.predict(IMAGES_PER_ROUND, batch);
      theirs[i]!.predictImagesPerSecond.push(imagesPerSecond);
    }
    ours!.latencyMs.push(quartiles(await own.latencies(SINGLE_PREDICTIONS)).median);
    for (const [i, peer] of peers.entries()) {
      theirs[i]!.latencyMs.push((await peer.latency(SINGLE_PREDICTIONS)).medianMs);
    }
  }
  return measured;
}

/** Once from nothing, and once more when everything is there. */
async function measurePipeline(
  data: string,
  { home, host }: Workspace,
  { terminal, signal }: CommandContext,
): Promise<{ readonly cold: PipelineRun; readonly cached: PipelineRun }> {
  const scratch = join(home, "bench", "pipeline");
  await Deno.mkdir(join(home, "bench"), { recursive: true });
  await host.disk.remove(scratch);
  const run = () => runPipelineProcess({ home: scratch, data, signal });
  try {
    terminal.say("The whole pipeline, from nothing");
    const cold = await run();
    terminal.say("The whole pipeline, again");
    return { cold, cached: await run() };
  } finally {
    await host.disk.remove(scratch);
  }
}

/** One library's figures, and how many times faster we are. */
function summarize(each: Measured, ours: Measured) {
  const { name, version } = each;
  return {
    name,
    version,
    trainImagesPerSecond: quartiles(each.trainImagesPerSecond),
    predictImagesPerSecond: quartiles(each.predictImagesPerSecond),
    latencyMs: quartiles(each.latencyMs),
    weTrainTimesFaster: ratioOfMedians(ours.trainImagesPerSecond, each.trainImagesPerSecond),
    wePredictTimesFaster: ratioOfMedians(ours.predictImagesPerSecond, each.predictImagesPerSecond),
    ourLatencyTimesShorter: ratioOfMedians(each.latencyMs, ours.latencyMs),
  };
}

function reportLines(report: {
  readonly dataset: string;
  readonly threads: number;
  readonly rounds: number;
  readonly libraries: readonly ReturnType<typeof summarize>[];
  readonly pipeline: { readonly cold: PipelineRun; readonly cached: PipelineRun } | null;
}): readonly string[] {
  const { dataset, threads, rounds, libraries, pipeline } = report;
  const times = (ratio: number) => `${ratio.toFixed(2)} x`;
  const lines = [
    `${dataset}, ${threads} threads, median (quartiles) of ${rounds} rounds in turn`,
    "",
    ...tableLines(
      [
        "",
        `train images/s, batch ${TRAIN_BATCH}`,
        "",
        `predict images/s, batch ${PREDICT_BATCH}`,
        "",
        "one image",
        "",
      ],
      libraries.map((each) => [
        `${each.name} (${each.version})`,
        spread(each.trainImagesPerSecond, 0),
        times(each.weTrainTimesFaster),
        spread(each.predictImagesPerSecond, 0),
        times(each.wePredictTimesFaster),
        `${spread(each.latencyMs, 2)} ms`,
        times(each.ourLatencyTimesShorter),
      ]),
    ),
  ];
  if (libraries.length > 1) lines.push("", "x: how many times faster Digits Recognizer is");
  if (pipeline) {
    const { cold, cached } = pipeline;
    lines.push(
      "",
      `whole pipeline   ${cold.seconds.toFixed(1)} s, again ${cached.seconds.toFixed(2)} s`,
    );
    lines.push(`peak memory      ${formatBytes(cold.peakMemoryBytes)}`);
    lines.push(
      `test accuracy    ${percent(cold.testAccuracy)} of the ${dataset} digits`,
    );
  }
  return lines;
}

function spread({ lower, median, upper }: Quartiles, decimals: number): string {
  const shown = (value: number) =>
    value.toLocaleString("en", {
      maximumFractionDigits: decimals,
      minimumFractionDigits: decimals,
    });
  return `${shown(median)} (${shown(lower)}-${shown(upper)})`;
}
