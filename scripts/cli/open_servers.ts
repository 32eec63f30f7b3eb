/**
 * The servers that the settings name, opened. Nothing is asked of them yet.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import type { MlflowSettings, Settings } from "../../lib/config.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import type { ArtifactTransfer } from "../../lib/pipeline/artifact_transfer.ts";
import { parseS3Endpoint } from "../../lib/store/s3_endpoint.ts";
import { s3Store } from "../../lib/store/s3_store.ts";
import { s3Transfer } from "../../lib/store/s3_transfer.ts";
import {
  type MirroredTracker,
  mirroredTracker,
  type MirroredTrackerOptions,
} from "../../lib/track/mirrored_tracker.ts";
import type { RunOrigin } from "../../lib/track/mirror/run_tags.ts";
import { MlflowClient } from "../../lib/track/mlflow/mlflow_client.ts";
import { s3Options } from "./s3_options.ts";

/** What takes the place of a folder's own store and tracker; undefined where no server is set. */
export interface Servers {
  /** The bucket that artifacts travel through. */
  readonly store: ArtifactStore | undefined;
  /** The folder's journals, which are sent to MLflow. */
  readonly tracker: MirroredTracker | undefined;
  /** Where artifacts and runs go, one line for people each. */
  readonly places: readonly string[];
}

/** Opens every server that is set. */
export function openServers(
  { digitsHome, s3, mlflow }: Settings,
  { host, notice }: { readonly host: Host; readonly notice: (sentence: string) => void },
): Servers {
  const options = s3 && { ...s3Options(s3, host), notice };
  const places = [
    ...s3 ? [`Artifacts in s3://${s3.bucket} at ${parseS3Endpoint(s3.endpoint).url}`] : [],
    ...mlflow ? [`Runs also in MLflow at ${mlflow.trackingUri}`] : [],
  ];
  return {
    store: s3 && options && s3Store({ ...options, bucket: s3.bucket }),
    tracker: mlflow && openMlflow(mlflow, {
      folder: digitsHome,
      host,
      notice,
      transfer: options && s3Transfer(options), // for servers whose clients write to S3 themselves
    }),
    places,
  };
}

function openMlflow(
  { trackingUri, auth, runId }: MlflowSettings,
  { transfer, ...options }: Pick<MirroredTrackerOptions, "folder" | "notice"> & {
    readonly host: Host;
    readonly transfer: ArtifactTransfer | undefined;
  },
): MirroredTracker {
  const { host } = options;
  return mirroredTracker({
    ...options,
    client: new MlflowClient({ trackingUri, auth, host, ...(transfer && { transfer }) }),
    origin: runOrigin(),
    adoptRunId: runId,
  });
}

/** Who runs what, for MLflow. */
export function runOrigin(): RunOrigin {
  return {
    user: Deno.env.get("USER") ?? Deno.env.get("USERNAME") ?? "",
    sourceName: "deno task pipeline",
    sourceType: "LOCAL",
  };
}
