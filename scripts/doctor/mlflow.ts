/**
 * Whether the MLflow server takes runs, artifacts and models. What it makes there, it removes.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { MlflowSettings } from "../../lib/config.ts";
import type { ArtifactTransfer } from "../../lib/pipeline/artifact_transfer.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { MlflowError } from "../../lib/track/mlflow/mlflow_error.ts";
import { compareClocks } from "./clock.ts";
import type { Topic } from "./examine.ts";

const NAME = "digits-recognizer-doctor";
const FILE = "doctor.txt";
const TEXT = "deno task doctor was here\n";

/** Everything that runs do with MLflow. Dispose of it to remove what it made. */
export class MlflowExamination implements AsyncDisposable {
  readonly topic: Topic;
  readonly #client: MlflowClient;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #made = new AsyncDisposableStack();
  #artifactUri = "";
  #artifactFailed = false;

  /** Asks nothing yet. */
  constructor({ trackingUri, auth }: MlflowSettings, { host, signal, transfer }: {
    readonly host: Host;
    readonly signal: AbortSignal;
    /** For servers that let their clients write artifacts to S3 themselves. */
    readonly transfer: ArtifactTransfer | undefined;
  }) {
    this.#host = host;
    this.#signal = signal;
    this.#client = new MlflowClient({
      trackingUri,
      auth,
      host,
      attempts: 1,
      ...(transfer && { transfer }),
    });
    this.topic = {
      topic: `MLflow at ${trackingUri}`,
      checks: [
        { what: "ask for its version", run: () => this.#version() },
        {
          what: "compare clocks",
          run: () => compareClocks(`${trackingUri}/health`, { host, signal }),
        },
        { what: "record a run", run: () => this.#record() },
        { what: "keep an artifact", run: () => this.#keep() },
        { what: "register a model", run: () => this.#register() },
      ],
      advise: (error) => this.#advise(error),
    };
  }

  async #version(): Promise<string> {
    return `MLflow ${await this.#client.version({ signal: this.#signal })}`;
  }

  async #record(): Promise<string> {
    const signal = this.#signal;
    const { experiments, runs } = this.#client;
    const binned = await experiments.getByName(NAME, { signal });
    if (binned?.lifecycleStage === "deleted") await experiments.restore(binned.experimentId);
    const { experimentId } = await experiments.ensure(NAME, { signal });
    this.#made.defer(() => experiments.delete(experimentId));
    const startTime = this.#host.now();
    const { info } = await runs.create({ experimentId, runName: "doctor", startTime }, { signal });
    this.#made.defer(() => runs.delete(info.runId));
    this.#artifactUri = info.artifactUri;
    const metric = { key: "loss", value: 0.5, step: 1, timestamp: startTime };
    await runs.logBatch(info.runId, { metrics: [metric], params: {}, tags: {} }, { signal });
    const points = await Array.fromAsync(runs.metricHistory(info.runId, "loss", { signal }));
    if (points.length === 1 && points[0]!.value === 0.5) return `run ${info.runId}`;
    throw new UnavailableError("Cannot read back the metric that was logged: it is not there");
  }

  async #keep(): Promise<string> {
    const signal = this.#signal;
    this.#artifactFailed = true;
    const { artifacts } = this.#client;
    const root = this.#artifactUri;
    await artifacts.upload(root, FILE, new TextEncoder().encode(TEXT), { signal });
    this.#made.defer(() => artifacts.delete(root, FILE));
    const text = new TextDecoder().decode(await artifacts.read(root, FILE, { signal }));
    if (text !== TEXT) throw new UnavailableError("Cannot read an artifact back: others come");
    this.#artifactFailed = false;
    return root.startsWith("mlflow-artifacts:") ? "through the server" : `in ${root}`;
  }

  async #register(): Promise<string> {
    const signal = this.#signal;
    const { registry } = this.#client;
    const name = `${NAME}-${this.#host.randomSeed()}`;
    await registry.createModel(name, { signal });
    this.#made.defer(() => registry.deleteModel(name));
    return name;
  }

  #advise(error: unknown): string | null {
    if (this.#artifactFailed) {
      return "Does the bucket exist that the server keeps artifacts in, and does the server have " +
        "its keys (MLFLOW_S3_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)? Its log " +
        "says more";
    }
    const isAway = error instanceof MlflowError && error.code === "NO_ANSWER" &&
      !/TLS|certificate/.test(error.message);
    if (!isAway) return null;
    return "Is it running, and reachable from here? curl -i " +
      `${this.#client.url}/health must answer OK; deno task services start --env .env starts one ` +
      "on this machine";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#made.disposeAsync();
  }
}
