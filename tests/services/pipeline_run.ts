/** The pipeline as a user starts it, with real servers set. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import type { RealServer } from "../../scripts/services/real_server.ts";
import type { S3Access } from "../../scripts/services/s3_server.ts";
import { type Desk, type Ended, ended, type Summary } from "../scripts/command_line.ts";
import { runPython } from "./python.ts";

/** MNIST, where the environment names it. */
export const DATA = Deno.env.get("DIGITS_MNIST") ?? "synthetic";

/** What a model that learned from {@linkcode DATA} is called. */
export const MODEL = DATA === "synthetic" ? "digits-recognizer-synthetic" : "digits-recognizer";

/** The settings for both servers. MLflow asks for no login; it is given one all the same. */
export function settingsFor(s3: S3Access, mlflow: RealServer): Readonly<Record<string, string>> {
  return {
    MINIO_ENDPOINT: s3.url,
    MINIO_ACCESS_KEY: s3.accessKey,
    MINIO_SECRET_KEY: s3.secretKey,
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_TRACKING_USERNAME: "tester",
    MLFLOW_TRACKING_PASSWORD: `password-${s3.secretKey.slice(0, 12)}`,
  };
}

/** Runs the pipeline to its end, which must be a good one. */
export async function runPipeline(
  desk: Desk,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended & { readonly summary: Summary }> {
  const done = await ended(desk.start(["pipeline", "--json", ...args], env));
  assert.equal(done.code, 0, done.stderr);
  return { ...done, summary: JSON.parse(done.stdout) };
}

const READ_POINTS = `
import json, sys
import mlflow
client = mlflow.MlflowClient()
[run] = mlflow.search_runs(
    search_all_experiments=True, output_format="list",
    filter_string=f"tags.\`digits.run_id\` = '{json.loads(sys.argv[1])}'")
print(json.dumps([[key, point.step, point.value] for key in run.data.metrics
                  for point in client.get_metric_history(run.info.run_id, key)]))
`;

/** Every metric point that MLflow has of a run of ours, as `[name, step, value]`, sorted. */
export async function pointsInMlflow(mlflow: RealServer, input: string): Promise<string[]> {
  const points = await runPython<unknown[]>(READ_POINTS, { trackingUri: mlflow.url, input });
  return points.map((point) => JSON.stringify(point)).sort();
}

/** Every metric point that the journal has of a run, as {@linkcode pointsInMlflow} gives them. */
export async function pointsRecorded(desk: Desk, runId: string): Promise<string[]> {
  const home = join(desk.path, ".digits");
  const host = localHost({ cacheFolder: join(home, "downloads") });
  const { metrics } = await journalTracker({ folder: home, host }).readRun(runId);
  return metrics.map(({ name, step, value }) => JSON.stringify([name, step, value])).sort();
}
