/**
 * A pipeline that Kubeflow keeps, and a version of it.
 *
 * @module
 */
import * as v from "valibot";
import type { JsonValue } from "../../pipeline/port.ts";
import { errorSchema, jsonSchema, textSchema, timeOrNullSchema } from "./answer_schemas.ts";

/** A name that compiled pipelines are kept under. */
export interface KubeflowPipeline {
  /** The server's. */
  readonly pipelineId: string;
  /** Unique in its namespace. */
  readonly name: string;
  /** For people. */
  readonly displayName: string;
  /** For people. */
  readonly description: string;
  /** Empty for one that everybody may use. */
  readonly namespace: string;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly createdAt: number | null;
}

/** One compiled pipeline. */
export interface KubeflowPipelineVersion {
  /** What it is a version of. */
  readonly pipelineId: string;
  /** The server's. */
  readonly pipelineVersionId: string;
  /** Unique among the pipeline's versions. */
  readonly name: string;
  /** For people. */
  readonly displayName: string;
  /** For people. */
  readonly description: string;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly createdAt: number | null;
  /** The pipeline itself, or `{ pipeline_spec, platform_spec }`. */
  readonly pipelineSpec: JsonValue;
  /** Why it can't be used; null where it can. */
  readonly error: string | null;
}

/** A pipeline in an answer. */
export const pipelineSchema: v.GenericSchema<unknown, KubeflowPipeline> = v.pipe(
  v.object({
    pipeline_id: v.string(),
    name: textSchema, // servers before 2.4 have none
    display_name: textSchema,
    description: textSchema,
    namespace: textSchema,
    created_at: timeOrNullSchema,
  }),
  v.transform((answer) => ({
    pipelineId: answer.pipeline_id,
    name: answer.name || answer.display_name,
    displayName: answer.display_name,
    description: answer.description,
    namespace: answer.namespace,
    createdAt: answer.created_at,
  })),
);

/** A version in an answer. */
export const versionSchema: v.GenericSchema<unknown, KubeflowPipelineVersion> = v.pipe(
  v.object({
    pipeline_id: v.string(),
    pipeline_version_id: v.string(),
    name: textSchema,
    display_name: textSchema,
    description: textSchema,
    created_at: timeOrNullSchema,
    pipeline_spec: v.optional(jsonSchema, null),
    error: errorSchema,
  }),
  v.transform((answer) => ({
    pipelineId: answer.pipeline_id,
    pipelineVersionId: answer.pipeline_version_id,
    name: answer.name || answer.display_name,
    displayName: answer.display_name,
    description: answer.description,
    createdAt: answer.created_at,
    pipelineSpec: answer.pipeline_spec,
    error: answer.error,
  })),
);
