/**
 * One run from beginning to end.
 *
 * @module
 */
import type { ArtifactContent } from "./artifact_content.ts";
import type { MetricSink } from "./autolog.ts";
import type { MlflowClient } from "./mlflow_client.ts";
import type { CallOptions } from "./mlflow_http.ts";
import type { RunInfo } from "./run.ts";

/** What a run starts with. */
export interface WithRunOptions extends CallOptions {
  /** The experiment that it belongs to; made when missing. */
  readonly experiment: string;
  /** For people. @default the server makes one up */
  readonly runName?: string;
  /** What was chosen for it. @default none */
  readonly params?: Readonly<Record<string, string>>;
  /** What else is to be known of it. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** A clock in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A run that is being logged. */
export interface LiveRun extends MetricSink {
  /** What identifies it. */
  readonly info: RunInfo;
  /** Logs numbers at a step count, such as an epoch. */
  log(metrics: Readonly<Record<string, number>>, step: number): Promise<void>;
  /** Adds params; they never change. */
  params(params: Readonly<Record<string, string>>): Promise<void>;
  /** Adds tags, or gives them other values. */
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  /** Stores a file with it. */
  upload(path: string, content: ArtifactContent): Promise<void>;
}

/**
 * Starts a run, lets `body` log into it, and ends it: as `FINISHED`, as `FAILED` when `body`
 * throws, or as `KILLED` when the signal was aborted.
 */
export async function withRun<T>(
  client: MlflowClient,
  options: WithRunOptions,
  body: (run: LiveRun) => Promise<T>,
): Promise<T> {
  const { experiment, runName, params, tags, signal, now = Date.now } = options;
  const { experimentId } = await client.experiments.ensure(experiment, { signal });
  const { info } = await client.runs.create({
    experimentId,
    startTime: now(),
    ...(runName !== undefined && { runName }),
    ...(tags && { tags }),
  }, { signal });
  const run = liveRun(client, info, { signal, now });
  const end = async (status: "FINISHED" | "FAILED" | "KILLED"): Promise<void> => {
    await client.runs.update(info.runId, { status, endTime: now() });
  };
  let result: T;
  try {
    if (params) await run.params(params);
    result = await body(run);
  } catch (error) {
    await end(signal?.aborted ? "KILLED" : "FAILED").catch(() => {}); // the first error matters
    throw error;
  }
  await end("FINISHED");
  return result;
}

function liveRun(
  { runs, artifacts }: MlflowClient,
  info: RunInfo,
  { signal, now }: CallOptions & { readonly now: () => number },
): LiveRun {
  const { runId, artifactUri } = info;
  return {
    info,
    async log(metrics, step) {
      const timestamp = now();
      const points = Object.entries(metrics).map(([key, value]) => ({
        key,
        value,
        timestamp,
        step,
      }));
      await runs.logBatch(runId, { metrics: points }, { signal });
    },
    params: (params) => runs.logBatch(runId, { params }, { signal }),
    tag: (tags) => runs.setTags(runId, tags, { signal }),
    upload: (path, content) => artifacts.upload(artifactUri, path, content, { signal }),
  };
}
