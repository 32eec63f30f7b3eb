/**
 * One MLflow run for all pods of a Kubeflow run.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import { messageOf } from "../../lib/base/errors.ts";
import type { MlflowSettings } from "../../lib/config.ts";
import type { ArtifactTransfer } from "../../lib/pipeline/artifact_transfer.ts";
import type { ModelRegistry, Run } from "../../lib/pipeline/tracker.ts";
import { mirroredTracker } from "../../lib/track/mirrored_tracker.ts";
import { mlflowRegistry } from "../../lib/track/mirror/mlflow_registry.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import type { MlflowAuth } from "../../lib/track/mlflow/tracking_uri.ts";
import { tellShared } from "./shared_status.ts";
import type { KubeflowRun } from "./pod_facts.ts";
import type { PodRecording, StepEnd } from "./pod_recording.ts";

/** What is recorded, and how patiently. */
export interface MlflowRecordingOptions {
  readonly mlflow: Omit<MlflowSettings, "auth"> & { readonly auth: MlflowAuth };
  /** The Kubeflow run that all pods share; undefined makes a run for this step alone. */
  readonly kubeflow: KubeflowRun | undefined;
  /** This step, as its run knows it: see `workKey`. */
  readonly work: string;
  readonly component: string;
  readonly experiment: (client: MlflowClient) => Promise<string>;
  /** A folder of this pod, for what is not sent yet. */
  readonly folder: string;
  readonly host: Host;
  readonly transfer: ArtifactTransfer | undefined;
  readonly notice: (sentence: string) => void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The tag by which the pods of one Kubeflow run find their MLflow run. */
const KUBEFLOW_RUN_TAG = "kubeflow.run_id";

const OPEN_MS = 15_000; // a server that needs longer gets what is recorded at the end
const DRAIN_MS = 30_000; // a step's result waits that long for its record
const STOPPED_DRAIN_MS = 15_000; // Kubernetes kills a pod 30 s after it asked it to stop

/**
 * Starts recording: into the run that Kubeflow made and named in `MLFLOW_RUN_ID`, or one that all
 * pods of the Kubeflow run share, or one of its own.
 */
export async function recordInMlflow(options: MlflowRecordingOptions): Promise<PodRecording> {
  const { mlflow, kubeflow, work, component, host, transfer, notice, say, signal } = options;
  const { trackingUri, auth, runId: adoptRunId } = mlflow;
  const client = new MlflowClient({ trackingUri, auth, host, ...(transfer && { transfer }) });
  const isShared = adoptRunId === undefined && kubeflow !== undefined;
  await using stack = new AsyncDisposableStack();
  const tracker = stack.use(mirroredTracker({
    folder: options.folder,
    client,
    host,
    origin: { user: "", sourceName: "Kubeflow", sourceType: "JOB" },
    notice,
    adoptRunId,
    share: isShared ? { key: KUBEFLOW_RUN_TAG, value: kubeflow.id } : undefined,
  }));
  const journal = await tracker.start({
    experiment: await options.experiment(client),
    name: kubeflow?.name ?? component,
    params: {},
    tags: kubeflow ? { [KUBEFLOW_RUN_TAG]: kubeflow.id } : {},
    resumeKey: "",
  });
  await tracker.drain({ timeoutMs: OPEN_MS, signal });
  const known = () => tracker.mirror.positionOf(journal.id);
  const { runId = journal.id } = await known() ?? {};
  const registry = mlflowRegistry(client, { now: host.now, runOf: known });
  const page = await tracker.pageOf(journal.id);
  if (page !== undefined) say(`Recording in ${page}`);
  const tell = async (state: StepEnd | "running", limit: AbortSignal) => {
    const target = isShared ? await known() : undefined;
    if (target === undefined) return;
    try {
      await tellShared(client, { runId: target.runId, work, state, now: host.now, signal: limit });
    } catch (error) {
      notice(`Cannot tell MLflow how ${component} stands: ${messageOf(error)}`);
    }
  };
  await tell("running", AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS)]));
  const owned = stack.move();
  return {
    run: lent(journal, runId, registry),
    async end(how, error) {
      const timeoutMs = how === "stopped" ? STOPPED_DRAIN_MS : DRAIN_MS;
      const limit = AbortSignal.timeout(timeoutMs);
      await journal.end(ENDS[how], error);
      const { complete, reason } = await tracker.drain({ timeoutMs });
      if (!complete) {
        notice(`MLflow does not have all of ${component}${reason === null ? "" : `: ${reason}`}`);
      }
      if (complete) await tell(how, limit);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const ENDS = { succeeded: "FINISHED", failed: "FAILED", stopped: "KILLED" } as const;

/** The journal's run under MLflow's id, with MLflow's registry. */
function lent(journal: Run, id: string, registry: ModelRegistry): Run {
  return {
    id,
    registry,
    resumed: journal.resumed,
    log: (metrics, step) => journal.log(metrics, step),
    tag: (tags) => journal.tag(tags),
    params: (params) => journal.params(params),
    attach: (name, files) => journal.attach(name, files),
    input: (dataset) => journal.input(dataset),
    step: (report) => journal.step(report),
    end: (status, error) => journal.end(status, error),
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}
