/**
 * What a command compiles, or runs on Kubeflow.
 *
 * @module
 */
import type { Pipeline } from "../../lib/pipeline/pipeline.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { type PipelineFlags, pipelineParams } from "./pipeline_options.ts";

/** The flags that have to do with Kubeflow, which every command has that can run there. */
export type KubeflowFlags = Pick<
  PipelineFlags,
  | "compile-only"
  | "output"
  | "image"
  | "pull-policy"
  | "pipeline-root"
  | "runner"
  | "service-account"
  | "follow"
  | "terminate"
  | "experiment"
  | "data"
  | "no-cache"
  | "settings"
  | "json"
>;

/** One of the digits' pipelines, as the flags of its command have it. */
export interface KubeflowJob {
  readonly pipeline: Pipeline;
  /** What a run of it is called. */
  readonly runName: string;
  /** Parameters of a run. */
  params(dataset: string, mirrors: readonly string[]): Readonly<Record<string, JsonValue>>;
  /** What the compiled pipeline has where a run says nothing. */
  defaults(dataset: string, mirrors: readonly string[]): Readonly<Record<string, JsonValue>>;
}

/** The job of `deno task pipeline`. */
export function digitsJob(flags: PipelineFlags): KubeflowJob {
  const params = (dataset: string, mirrors: readonly string[]) =>
    pipelineParams(flags, dataset, mirrors);
  return {
    pipeline: digitsPipeline,
    runName: `${flags.optimizer}-${flags.epochs}-epochs`,
    params,
    defaults: (dataset, mirrors) => ({
      ...params(dataset, mirrors),
      // Who starts a run may choose another optimizer, which then has its own.
      batch_size: flags["batch-size"] ?? 0,
      learning_rate: flags["learning-rate"] ?? 0,
    }),
  };
}
