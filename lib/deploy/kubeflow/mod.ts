/**
 * A client for Kubeflow Pipelines, version 2: pipelines, experiments, runs and recurring runs.
 *
 * @module
 */

// ask
export { KubeflowClient } from "./kubeflow_client.ts";
export type { KubeflowClientOptions, KubeflowHealth } from "./kubeflow_client.ts";
export { checkKubeflow, openKubeflow } from "./open_kubeflow.ts";
export type { KubeflowAuth } from "./kubeflow_auth.ts";
export type { CallOptions, KubeflowHost } from "./kubeflow_http.ts";
export type { Disk, FileInfo, Host } from "../../base/host.ts";
export type { HttpHost } from "../../base/open_http.ts";
export { UnavailableError, UsageError } from "../../base/errors.ts";
export type { JsonValue } from "../../pipeline/port.ts";
export type { ListOptions, Predicate } from "./list_options.ts";
export { isMissing, isTaken, KubeflowError } from "./kubeflow_error.ts";
export { ServiceError, type ServiceFailure } from "../../base/service_error.ts";

// keep
export type { Pipelines, UploadOptions } from "./pipelines.ts";
export type { KubeflowPipeline, KubeflowPipelineVersion } from "./kubeflow_pipeline.ts";
export type { Experiments, KubeflowExperiment } from "./experiments.ts";

// run
export type { InlinePipeline, PipelineSource, RunConfig } from "./pipeline_source.ts";
export type { RunListOptions, Runs } from "./runs.ts";
export { isFinal } from "./run.ts";
export type { KubeflowRun, RunNode, RuntimeState } from "./run.ts";
export type { NewRecurringRun, RecurringRuns } from "./recurring_runs.ts";
export type { KubeflowRecurringRun, Trigger } from "./recurring_run.ts";

// follow
export { followRun } from "./follow_run.ts";
export type { FollowOptions, RunMoment } from "./follow_run.ts";
export { stepNames } from "./step_names.ts";
export type { StepState } from "./step_states.ts";
export { readStepFailure } from "./step_failure.ts";
export type { StepFailure } from "./step_failure.ts";
export type { MetadataStore, TaskExecution } from "./metadata_store.ts";
export type { Workflow, WorkflowNode } from "./workflow.ts";
export type { PodOfRun } from "./pod_log.ts";
