/**
 * Typed components and pipelines that run in this process, with a step cache,
 * checkpoints, retries and time-outs. Knows nothing of digits.
 *
 * @module
 */

// describe
export { artifact, artifacts, boolean, integer, list, number, struct, text } from "./port.ts";
export type {
  ArtifactPort,
  ArtifactSchema,
  ArtifactsPort,
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
  StoredValue,
  StoredValueOf,
  StoredValuesOf,
  ValueOf,
  ValuesOf,
} from "./port.ts";
export { defineComponent } from "./component.ts";
export type { Component, ComponentOptions } from "./component.ts";
export { defineContainer } from "./container.ts";
export { inputPath, inputUri, inputValue, outputPath, outputUri } from "./container.ts";
export type { ContainerOptions } from "./container.ts";
export type { ContainerSpec } from "./container_spec.ts";
export { bytesCodec, jsonCodec, textCodec } from "./bundle/codecs.ts";
export { bundleComponent } from "./bundle/bundle_component.ts";
export type { BundleOptions, ModuleExports } from "./bundle/bundle_component.ts";

// build
export { definePipeline } from "./pipeline.ts";
export type { Outputs, Pipeline } from "./pipeline.ts";
export type { Graph, WiresOf } from "./graph.ts";
export type { CallOptions, ExitOptions, ForEachOptions, GroupOptions } from "./graph.ts";
export type { CollectedOf, CollectedPort, ImportOptions, StepOptions, Widened } from "./graph.ts";
export type { FinalStatus } from "./final_status.ts";
export { member } from "./member.ts";
export type { PodOptions, Toleration } from "./pod_options.ts";
export { flattenTasks } from "./task.ts";
export type { Branch, BranchGroup, Call, ExitGroup, ForEachGroup, Import } from "./task.ts";
export type { PipelineNode, PlacedTask, Task, WhenGroup } from "./task.ts";
export { atLeast, atMost, equal, lessThan, moreThan, notEqual } from "./condition.ts";
export { all, any, not } from "./condition.ts";
export type { Comparing, Comparison, Condition } from "./condition.ts";
export type { ConditionWire, WiredCondition } from "./condition.ts";
export type { ParamWire, Ref, RefsOf, Source, Wire } from "./ref.ts";
export type { Scope } from "./scope.ts";

// compile for Kubeflow
export { compilePipeline } from "./compile_pipeline.ts";
export type { CompileOptions } from "./ir/compile_options.ts";
export type { CompiledPipeline, IrObject } from "./ir/ir.ts";
export { pipelineJson, pipelineYaml } from "./ir/pipeline_text.ts";
export { shareParams } from "./execute/share_params.ts";
export { loadComponent } from "./ir/load_component.ts";
export type { LoadComponentOptions } from "./ir/load_component.ts";

// run
export { runLocal } from "./run_local.ts";
export type { RunLocalOptions } from "./run_local.ts";
export { StepError } from "./run_event.ts";
export type { RunEvent, RunResult, StoredRefOf } from "./run_event.ts";
export type { Checkpoint, LookContext, Progress, StepContext } from "./step_context.ts";
export type { Disk, FileInfo, Host } from "../base/host.ts";

// run in a pod
export { podCommand } from "./execute/pod_command.ts";
export { parseExecutorInput } from "./execute/executor_input.ts";
export type { ExecutorInput, RuntimeArtifact } from "./execute/executor_input.ts";
export { type ExecuteOptions, executeStep } from "./execute/execute_step.ts";
export { loadBundle } from "./bundle/load_bundle.ts";

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
