/**
 * This package's MLflow client, measured in a process of its own: answers lines as
 * `peers/mlflow_peer.py` does, and adds the most memory that it had.
 *
 * @module
 */
import { basename, join } from "node:path";
import * as v from "valibot";
import { type MetricInput, MlflowClient } from "../../lib/track/mlflow/mod.ts";

const Question = v.variant("measure", [
  v.object({ measure: v.literal("log_batch"), points: v.number(), names: v.number() }),
  v.object({ measure: v.literal("upload"), file: v.string() }),
  v.object({ measure: v.literal("download"), artifact: v.string(), folder: v.string() }),
]);

type Question = v.InferOutput<typeof Question>;

interface Answer {
  readonly seconds: number;
  /** Names the upload for a download. */
  readonly artifact?: string;
}

async function answer(client: MlflowClient, question: Question): Promise<Answer> {
  switch (question.measure) {
    case "log_batch":
      return await logBatch(client, question);
    case "upload":
      return await upload(client, question.file);
    case "download":
      return await download(client, question);
  }
}

async function logBatch(
  client: MlflowClient,
  { points, names }: { readonly points: number; readonly names: number },
): Promise<Answer> {
  const { info } = await client.runs.create({ experimentId: "0" });
  const now = Date.now();
  const metrics = Array.from({ length: points }, (_, i): MetricInput => {
    const step = Math.floor(i / names);
    return { key: `metric_${i % names}`, value: 1 / (i + 1), timestamp: now + step, step };
  });
  const start = performance.now();
  await client.runs.logBatch(info.runId, { metrics });
  return { seconds: secondsSince(start) };
}

async function upload(client: MlflowClient, path: string): Promise<Answer> {
  const { info } = await client.runs.create({ experimentId: "0" });
  const { size } = await Deno.stat(path);
  const open = (): ReadableStream<Uint8Array<ArrayBuffer>> => Deno.openSync(path).readable;
  const start = performance.now();
  await client.artifacts.upload(info.artifactUri, basename(path), { size, repeatable: true, open });
  return { seconds: secondsSince(start), artifact: `${info.artifactUri}/${basename(path)}` };
}

async function download(
  client: MlflowClient,
  { artifact, folder }: { readonly artifact: string; readonly folder: string },
): Promise<Answer> {
  const end = artifact.lastIndexOf("/");
  const name = artifact.slice(end + 1);
  const start = performance.now();
  const stream = await client.artifacts.download(artifact.slice(0, end), name);
  await Deno.writeFile(join(folder, name), stream);
  return { seconds: secondsSince(start) };
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

if (import.meta.main) {
  const client = new MlflowClient({ trackingUri: Deno.args[0]! });
  const write = (value: unknown): void => console.log(JSON.stringify(value));
  let peakBytes = 0;
  const timer = setInterval(() => peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss), 20);
  write({ name: "ours", version: Deno.version.deno });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const line of lines) { // the asker waits for each answer: one line a chunk
    const question = v.parse(Question, JSON.parse(line));
    peakBytes = 0;
    write({ ...await answer(client, question), peakBytes });
  }
  clearInterval(timer);
}
