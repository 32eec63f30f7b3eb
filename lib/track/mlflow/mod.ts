/**
 * A client for MLflow servers, and autologging for any training loop. Usable alone.
 *
 * @module
 */

// ask
export { MlflowClient } from "./mlflow_client.ts";
export type { MlflowClientOptions } from "./mlflow_client.ts";
export type { Disk, FileInfo, Host } from "../../base/host.ts";
export type { HttpHost } from "../../base/open_http.ts";
export type { MlflowAuth } from "./tracking_uri.ts";
export type { CallOptions } from "./mlflow_http.ts";
export { isMissing, isTaken, MlflowError } from "./mlflow_error.ts";
export { ServiceError, type ServiceFailure } from "../../base/service_error.ts";
export { DataError, UnavailableError, UsageError } from "../../base/errors.ts";
export type { IdentityTag } from "./find_or_create.ts";
export { quoteText, tagIs } from "./filters.ts";

// track
export type { Experiments, NewExperiment, SearchOptions } from "./experiments.ts";
export type { Experiment, LifecycleStage, LifecycleView } from "./experiment.ts";
export type { LogBatchOptions, NewRun, Runs, RunUpdate } from "./runs.ts";
export type { MlflowRun, MlflowRunStatus, ModelOutput, RunInfo } from "./run.ts";
export type { Batch } from "./split_batch.ts";
export type { LoggedMetric, Metric, MetricInput } from "./metric.ts";
export { tensorDataset } from "./dataset.ts";
export type { Dataset, DatasetUse, TensorDataset } from "./dataset.ts";

// keep files
export type { ArtifactEntry, Artifacts, DownloadOptions } from "./artifacts.ts";
export type { ArtifactContent } from "./artifact_content.ts";
export type { Expected } from "./check_download.ts";
export type {
  ArtifactTransfer,
  TransferEntry,
  TransferSource,
} from "../../pipeline/artifact_transfer.ts";

// register
export type { LoggedModels, NewLoggedModel } from "./logged_models.ts";
export type { LoggedModel, LoggedModelStatus } from "./logged_model.ts";
export type { NewRegisteredModel, NewRegisteredVersion, Registry } from "./registry.ts";
export type {
  RegisteredModel,
  RegisteredVersion,
  RegisteredVersionStatus,
} from "./registered_model.ts";

export { onnxModelFiles } from "./onnx_model_files.ts";
export type { OnnxModel } from "./onnx_model_files.ts";
export type { ModelInterface, TensorSpec } from "../../pipeline/tracker.ts";
export type { Files } from "../../pipeline/artifact_store.ts";
export type { JsonValue } from "../../pipeline/port.ts";

// log a training loop
export { autolog } from "./autolog.ts";
export type { AutologOptions, MetricSink } from "./autolog.ts";
export { withRun } from "./with_run.ts";
export type { LiveRun, WithRunOptions } from "./with_run.ts";
