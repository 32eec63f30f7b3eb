/**
 * Typed components and pipelines that run in this process, with a step cache,
 * checkpoints, retries and time-outs. Knows nothing of digits.
 *
 * @module
 */

// describe
export { artifact, boolean, integer, list, number, struct, text } from "./port.ts";
export type {
  ArtifactPort,
  ArtifactSchema,
  Codec,
  DefaultedKeys,
  DefaultedParamPort,
  InputsOf,
  JsonValue,
  ParameterType,
  ParamMaker,
  ParamPort,
  ParamPorts,
  Port,
  Ports,
  StoredArtifact,
  StoredValueOf,
  StoredValuesOf,
  ValueOf,
  ValuesOf,
} from "./port.ts";
export { defineComponent } from "./component.ts";
export type { Component, ComponentOptions } from "./component.ts";

// build
export { definePipeline } from "./pipeline.ts";
export type { Outputs, Pipeline } from "./pipeline.ts";
export type { Graph, StepOptions, WiresOf } from "./graph.ts";
export { flattenTasks } from "./task.ts";
export type { PipelineNode, Task, WhenGroup } from "./task.ts";
export { atLeast, atMost, equal, lessThan, moreThan, notEqual } from "./condition.ts";
export type { Comparison, Condition, WiredCondition } from "./condition.ts";
export type { ParamWire, Ref, RefsOf, Source, Wire } from "./ref.ts";

// run
export { runLocal } from "./run_local.ts";
export type { RunLocalOptions } from "./run_local.ts";
export { StepError } from "./run_event.ts";
export type { RunEvent, RunResult, StoredRefOf } from "./run_event.ts";
export type { Checkpoint, LookContext, Progress, StepContext } from "./step_context.ts";
export type { Disk, FileInfo, Host } from "../base/host.ts";

// keep
export { memoryStepCache, storeStepCache } from "./step_cache.ts";
export type { StepCache } from "./step_cache.ts";
export type { StepResult, StoredOutput } from "./step_result.ts";
export type {
  ArtifactInfo,
  ArtifactStore,
  ArtifactUri,
  Files,
  FileSource,
  SourceFiles,
} from "./artifact_store.ts";
export type { ArtifactTransfer, TransferEntry, TransferSource } from "./artifact_transfer.ts";
export { checkKey, isKey } from "./check_key.ts";
export { checkFileNames, describeFiles, digestFiles, digestManifest } from "./digest_files.ts";
export type { FileDigest, Manifest } from "./digest_files.ts";
export { checkChunks, checkSource, chunksOf, describeSources } from "./source_files.ts";

// record
export type {
  DatasetInput,
  MetricPoint,
  ModelInterface,
  ModelRegistry,
  ModelVersion,
  Run,
  RunOptions,
  RunReader,
  RunRecord,
  RunStatus,
  StepReport,
  TensorSpec,
  Tracker,
} from "./tracker.ts";
