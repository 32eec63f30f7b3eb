/**
 * What a run executes, and with what, as Kubeflow wants to be told. Pure.
 *
 * @module
 */
import type { JsonValue } from "../../pipeline/port.ts";

/** What a compiler made, as JSON. */
export interface InlinePipeline {
  /** Pipeline IR. */
  readonly spec: object;
  /** Settings of the platform, such as secrets; null where there are none. */
  readonly platform: object | null;
}

/** The pipeline itself, or a version of one that Kubeflow keeps. */
export type PipelineSource =
  | InlinePipeline
  | { readonly pipelineId: string; readonly pipelineVersionId: string };

/** How a run, or each of many, is carried out. */
export interface RunConfig {
  /** What to execute. */
  readonly pipeline: PipelineSource;
  /** For people. */
  readonly displayName: string;
  /** For people. @default none */
  readonly description?: string | undefined;
  /** The experiment to put it in. @default the server's; none in a Kubeflow of many users */
  readonly experimentId?: string | undefined;
  /** Values by name. @default the pipeline's own defaults */
  readonly parameters?: Readonly<Record<string, JsonValue>> | undefined;
  /** Where its artifacts go, such as `s3://bucket/folder`. @default the server's choice */
  readonly pipelineRoot?: string | undefined;
  /** The account of its pods. @default the server's choice */
  readonly serviceAccount?: string | undefined;
}

/** The fields that runs and recurring runs are made with. */
export function encodeRunConfig(config: RunConfig): Readonly<Record<string, unknown>> {
  const { displayName, description, experimentId, parameters, pipelineRoot } = config;
  return {
    display_name: displayName,
    description,
    experiment_id: experimentId,
    ...encodeSource(config.pipeline),
    runtime_config: { parameters: parameters ?? {}, pipeline_root: pipelineRoot },
    service_account: config.serviceAccount,
  };
}

function encodeSource(pipeline: PipelineSource): Readonly<Record<string, unknown>> {
  if ("pipelineId" in pipeline) {
    return {
      pipeline_version_reference: {
        pipeline_id: pipeline.pipelineId,
        pipeline_version_id: pipeline.pipelineVersionId,
      },
    };
  }
  const { spec, platform } = pipeline;
  return {
    pipeline_spec: platform === null ? spec : { pipeline_spec: spec, platform_spec: platform },
  };
}
