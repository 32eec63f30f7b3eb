/**
 * What a step in a pod works with.
 *
 * @module
 */
import { join } from "node:path";
import type { Host } from "../../lib/base/host.ts";
import { localHost } from "../../lib/base/local_host.ts";
import type { MlflowSettings, S3Settings, Settings } from "../../lib/config.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import type { ArtifactTransfer } from "../../lib/pipeline/artifact_transfer.ts";
import type { ExecutorInput } from "../../lib/pipeline/execute/executor_input.ts";
import type { StoreCheckpoint } from "../../lib/pipeline/store_checkpoint.ts";
import type { ModelRegistry } from "../../lib/pipeline/tracker.ts";
import { absentRegistry } from "./absent_registry.ts";
import { loggedRun } from "./logged_run.ts";
import type { MlflowRecordingOptions } from "./mlflow_recording.ts";
import { noCheckpoint, podCheckpoint } from "./pod_checkpoint.ts";
import { experimentName, kubeflowRun, type PodVariables, workKey } from "./pod_facts.ts";
import { podLogin } from "./pod_login.ts";
import type { PodRecording } from "./pod_recording.ts";
import { noticeOn, type Terminal } from "./terminal.ts";

/** This pod, with the servers that its settings name. Disposing of it leaves nothing behind. */
export interface PodWorkspace extends PodRecording {
  readonly host: Host;
  readonly checkpoint: StoreCheckpoint;
}

/** Which step it is for. */
export interface PodWorkspaceOptions {
  readonly component: string;
  readonly input: ExecutorInput;
  readonly variables: PodVariables;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What reaches the bucket. */
interface Bucket {
  readonly store: ArtifactStore;
  readonly transfer: ArtifactTransfer;
}

/** Opens what the settings name; nothing of this machine is used but a temporary folder. */
export async function openPodWorkspace(
  settings: Settings,
  { component, input, variables, terminal, signal }: PodWorkspaceOptions,
): Promise<PodWorkspace> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits-step-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const host = localHost({ cacheFolder: join(folder, "downloads") });
  const notice = noticeOn(terminal);
  const kubeflow = kubeflowRun(variables);
  const work = workKey(component, input);
  const bucket = settings.s3 && await openBucket(settings.s3, { host, notice });
  const recording = stack.use(
    settings.mlflow
      ? await openMlflow(settings.mlflow, {
        kubeflow,
        work,
        component,
        input,
        variables,
        folder,
        host,
        transfer: bucket?.transfer,
        notice,
        say: terminal.say,
        signal,
      })
      : recordInLog(await storedRegistry(bucket, host), { host, terminal }),
  );
  const owned = stack.move();
  return {
    host,
    run: recording.run,
    checkpoint: bucket && kubeflow
      ? podCheckpoint(bucket.store, `checkpoints/${kubeflow.id}/${work}`, notice)
      : noCheckpoint,
    end: (how, error) => recording.end(how, error),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openMlflow(
  mlflow: MlflowSettings,
  { input, variables, ...options }:
    & Omit<MlflowRecordingOptions, "mlflow" | "experiment">
    & Pick<PodWorkspaceOptions, "input" | "variables">,
): Promise<PodRecording> {
  const { signal } = options;
  const login = await podLogin(mlflow, variables, options);
  const { recordInMlflow } = await import("./mlflow_recording.ts");
  return await recordInMlflow({
    ...options,
    host: login.host,
    mlflow: { ...mlflow, auth: login.auth },
    experiment: (client) =>
      experimentName(input, variables, async (id) => {
        const found = await client.experiments.get(id, { signal }).catch(() => undefined);
        return found?.name;
      }),
  });
}

async function openBucket(
  s3: S3Settings,
  { host, notice }: { readonly host: Host; readonly notice: (sentence: string) => void },
): Promise<Bucket> {
  // Only who has a bucket waits until what speaks to it is loaded.
  const [{ s3Options }, { s3Store }, { s3Transfer }] = await Promise.all([
    import("./s3_options.ts"),
    import("../../lib/store/s3_store.ts"),
    import("../../lib/store/s3_transfer.ts"),
  ]);
  const options = { ...s3Options(s3, host), notice };
  return { store: s3Store({ ...options, bucket: s3.bucket }), transfer: s3Transfer(options) };
}

async function storedRegistry(bucket: Bucket | undefined, host: Host): Promise<ModelRegistry> {
  if (!bucket) return absentRegistry();
  const { storeRegistry } = await import("../../lib/track/store_registry.ts");
  return storeRegistry(bucket.store, { now: host.now });
}

function recordInLog(
  registry: ModelRegistry,
  { host, terminal }: { readonly host: Host; readonly terminal: Terminal },
): PodRecording {
  const id = crypto.randomUUID().replaceAll("-", ""); // MLflow's form
  return {
    run: loggedRun({ id, registry, say: terminal.say, now: host.now }),
    end: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
